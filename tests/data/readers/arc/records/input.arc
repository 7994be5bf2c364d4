filedesc://a.arc 0.0.0.0 20020101000000 text/plain 76
1 0 InternetArchive
URL IP-address Archive-date Content-type Archive-length

http://old.example/a page.html 1.2.3.4 20020101120000 text/html 447
HTTP/1.1 200 OK
Content-Type: text/html

<html><head><title>Harbour reopens</title><link rel="canonical" href="https://harbourpost.example/2022/reopens"></head><body><article><h1>Harbour reopens</h1><p>The harbour opened again on Saturday after two days of storm, and ferries crossed the strait without delay.</p><p>Passengers who had waited in the terminal since Thursday were the first to board, the operator said.</p></article></body></html>
