// Lucene 8 as a peer of the bench. A source file that Java runs as it is (JEP 330).
//   java -cp JARS Peer.java index FOLDER CORPUS      java -cp JARS Peer.java query FOLDER < QUERIES
// Words as they are, without 's as Dateline has them; positions, the text stored, doc values for dates, filters and facets: what the
// same answers take.
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.facet.FacetsCollector;
import org.apache.lucene.facet.FacetsConfig;
import org.apache.lucene.facet.sortedset.DefaultSortedSetDocValuesReaderState;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetCounts;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetField;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesReaderState;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexOrDocValuesQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MultiTermQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.spans.SpanNearQuery;
import org.apache.lucene.search.spans.SpanQuery;
import org.apache.lucene.search.spans.SpanTermQuery;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

public class Peer {
  private static final FacetsConfig FACETS = new FacetsConfig();

  public static void main(String[] args) throws Exception {
    FACETS.setMultiValued("actors", true);
    try (Directory folder = FSDirectory.open(Path.of(args[1])); Analyzer analyzer = words()) {
      if (args[0].equals("index")) index(folder, analyzer, Path.of(args[2]));
      else query(folder, analyzer);
    }
  }

  private static Analyzer words() {
    return new Analyzer() {
      @Override
      protected TokenStreamComponents createComponents(String field) {
        Tokenizer tokenizer = new StandardTokenizer();
        return new TokenStreamComponents(tokenizer, new LowerCaseFilter(new EnglishPossessiveFilter(tokenizer)));
      }
    };
  }

  private static void index(Directory folder, Analyzer analyzer, Path corpus) throws IOException {
    IndexWriterConfig config = new IndexWriterConfig(analyzer).setRAMBufferSizeMB(256);
    try (IndexWriter writer = new IndexWriter(folder, config); BufferedReader lines = Files.newBufferedReader(corpus)) {
      for (String line; (line = lines.readLine()) != null; ) {
        Document out = new Document();
        out.add(new StringField("id", field(line, "id"), Field.Store.YES));
        out.add(new TextField("text", field(line, "title") + "\n" + field(line, "body"), Field.Store.YES));
        for (String name : new String[] {"source", "section"}) {
          String value = field(line, name);
          if (value.isEmpty()) continue;
          out.add(new StringField(name, value, Field.Store.YES));
          out.add(new SortedSetDocValuesFacetField(name, value));
        }
        int at = line.indexOf("\"actors\": [");
        if (at >= 0) {
          Matcher names = NAME.matcher(line).region(at, line.length());
          while (names.find()) {
            out.add(new StringField("actor", names.group(1), Field.Store.YES));
            out.add(new SortedSetDocValuesFacetField("actors", names.group(1)));
          }
        }
        String date = field(line, "date");
        if (date.length() >= 10) {
          out.add(new LongPoint("date", day(date)));
          out.add(new NumericDocValuesField("date", day(date)));
          out.add(new StoredField("date", date));
        }
        writer.addDocument(FACETS.build(out));
      }
      writer.forceMerge(1);
    }
  }

  private static final Pattern NAME = Pattern.compile("\"name\": \"([^\"\\\\]+)\"");

  private static long day(String date) {
    return LocalDate.parse(date.substring(0, 10)).toEpochDay();
  }

  private static void query(Directory folder, Analyzer analyzer) throws Exception {
    BooleanQuery.setMaxClauseCount(100_000);
    try (DirectoryReader reader = DirectoryReader.open(folder);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      IndexSearcher searcher = new IndexSearcher(reader);
      searcher.setQueryCache(null);
      SortedSetDocValuesReaderState facets = new DefaultSortedSetDocValuesReaderState(reader);
      UnifiedHighlighter highlighter = new UnifiedHighlighter(searcher, analyzer);
      List<String> lines = new ArrayList<>();
      for (String line; (line = in.readLine()) != null; ) lines.add(line);
      for (int round = 0; round < 10; ++round) {
        for (String line : lines) run(searcher, facets, highlighter, line);  // until it is compiled
      }
      for (String line : lines) {
        long[] times = new long[7];
        for (int i = 0; i < times.length; ++i) {
          long begin = ManagementFactory.getThreadMXBean().isThreadCpuTimeSupported() ? cpu() : System.nanoTime();
          run(searcher, facets, highlighter, line);
          times[i] = cpu() - begin;
        }
        Arrays.sort(times);
        System.out.println("{\"class\": \"" + field(line, "class") + "\", \"ns\": " + times[3] + ", \"matches\": " + searcher.count(queryOf(line)) + "}");
      }
    }
  }

  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void run(IndexSearcher searcher, SortedSetDocValuesReaderState facets, UnifiedHighlighter highlighter, String line)
      throws IOException {
    Query query = queryOf(line);
    switch (field(line, "class")) {
      case "facets":
        FacetsCollector collected = new FacetsCollector();
        FacetsCollector.search(searcher, query, 10, collected);
        SortedSetDocValuesFacetCounts counts = new SortedSetDocValuesFacetCounts(facets, collected);
        for (String name : new String[] {"source", "section", "actors"}) counts.getTopChildren(10, name);
        break;
      case "actor":
      case "newest":
        searcher.search(query, 10, new Sort(new SortField("date", SortField.Type.LONG, true)));
        break;
      case "page100":
        searcher.search(query, 1000);
        break;
      case "snippets":
        TopDocs hits = searcher.search(query, 10);
        highlighter.highlight("text", query, hits, 2);
        break;
      default:
        searcher.search(query, 10);
    }
  }

  private static Query queryOf(String line) {
    String[] words = words(line);
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    switch (field(line, "class")) {
      case "phrase":
        return new PhraseQuery("text", words);
      case "near":
        return new SpanNearQuery(new SpanQuery[] {span(words[0]), span(words[1])}, 4, false);
      case "wildcard":
        PrefixQuery prefix = new PrefixQuery(new Term("text", words[0]));
        prefix.setRewriteMethod(MultiTermQuery.SCORING_BOOLEAN_REWRITE);  // ranked, as ours: not all the same score
        return prefix;
      case "actor":
        return new TermQuery(new Term("actor", field(line, "actor")));
      case "filter":
        long since = day(field(line, "since"));
        long until = day(field(line, "until"));
        all.add(term(words[0]), BooleanClause.Occur.MUST);
        all.add(new TermQuery(new Term("source", field(line, "source"))), BooleanClause.Occur.FILTER);
        all.add(new IndexOrDocValuesQuery(LongPoint.newRangeQuery("date", since, until),
            NumericDocValuesField.newSlowRangeQuery("date", since, until)), BooleanClause.Occur.FILTER);
        return all.build();
      default:
        if (words.length == 1) return term(words[0]);
        boolean any = field(line, "class").startsWith("or");
        for (String word : words) all.add(term(word), any ? BooleanClause.Occur.SHOULD : BooleanClause.Occur.MUST);
        return all.build();
    }
  }

  private static Query term(String word) {
    return new TermQuery(new Term("text", word));
  }

  private static SpanQuery span(String word) {
    return new SpanTermQuery(new Term("text", word));
  }

  private static String[] words(String line) {
    int begin = line.indexOf("\"words\": [") + 10;
    String list = line.substring(begin, line.indexOf(']', begin)).replace("\"", "").replace(" ", "");
    return list.isEmpty() ? new String[0] : list.split(",");
  }

  /** The string of a top-level key of one JSON object as Python writes it; "" if it is absent or no string. */
  private static String field(String json, String name) {
    int at = json.indexOf("\"" + name + "\": \"");
    if (at < 0) return "";
    StringBuilder text = new StringBuilder();
    for (at += name.length() + 5; json.charAt(at) != '"'; ++at) {
      if (json.charAt(at) != '\\') {
        text.append(json.charAt(at));
        continue;
      }
      char escaped = json.charAt(++at);
      if (escaped == 'u') {
        text.append((char) Integer.parseInt(json.substring(at + 1, at + 5), 16));
        at += 4;
      } else {
        text.append(escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped == 'r' ? '\r' : escaped);
      }
    }
    return text.toString();
  }
}
