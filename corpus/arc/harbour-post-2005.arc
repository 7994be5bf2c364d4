filedesc://harbour-post-2005.arc 0.0.0.0 20050216080000 text/plain 69
1 0 Dateline
URL IP-address Archive-date Content-type Archive-length

http://harbourpost.example/2005/02/16/kyoto-in-force 192.0.2.7 20050216081500 text/html 1616
HTTP/1.1 200 OK
Content-Type: text/html; charset=utf-8
Content-Length: 1535

<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Kyoto protocol comes into force, without its author | The Harbour Post</title>
<link rel="canonical" href="https://harbourpost.example/2005/02/16/kyoto-in-force">
<meta property="og:site_name" content="The Harbour Post"><meta name="author" content="Silas Brandt">
<meta property="article:published_time" content="2005-02-16T06:10:00+00:00"></head>
<body><div id="nav"><a href="/">Home</a> <a href="/world">World</a> <a href="/harbour">Harbour</a></div>
<article><h1>Kyoto protocol comes into force, without its author</h1>
<p>At five in the morning Greenwich time a treaty became law that had been written for the end of another century. The Kyoto protocol binds some thirty industrial countries to emit less of the gases that warm the earth than they did in 1990.</p>
<p>It took seven years to gather the signatures. The United States, which emits a quarter of the gases and had bargained over every comma, left in 2001; Australia stays away too. Only when Russia ratified in November was the number reached.</p>
<p>“Climate change is a global problem. It requires a concerted global response,” said Kofi Annan in a message to Kyoto, where the treaty was toasted with green tea. Wangari Maathai planted, as she does, a tree.</p>
<p>By 2012 emissions are to be five per cent lower. What comes after that is not written anywhere.</p>
</article><div class="related"><h4>More</h4><a href="/2005/02/15/tides">Spring tides flood the fish market</a></div></body></html>

