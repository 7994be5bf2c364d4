// Lucene as a baseline: indexes JSON lines (id, title, body) and answers files of queries with TREC runs.
//   java -cp JARS Baseline.java index FOLDER FILE…                 what Lucene's users get: EnglishAnalyzer, one field
//   java -cp JARS Baseline.java search FOLDER QUERIES HITS          id, tab, text a line; OR of the words, BM25
// A source file that Java runs as it is (JEP 330).
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.QueryBuilder;

public class Baseline {
  public static void main(String[] args) throws IOException {
    try (Directory folder = FSDirectory.open(Path.of(args[1])); Analyzer analyzer = new EnglishAnalyzer()) {
      if (args[0].equals("index")) {
        try (IndexWriter writer = new IndexWriter(folder, new IndexWriterConfig(analyzer))) {
          for (int i = 2; i < args.length; ++i) {
            try (BufferedReader lines = Files.newBufferedReader(Path.of(args[i]))) {
              for (String line; (line = lines.readLine()) != null; ) {
                if (!line.isBlank()) writer.addDocument(document(line));
              }
            }
          }
        }
      } else {
        search(folder, analyzer, args[2], Integer.parseInt(args[3]));
      }
    }
  }

  private static Document document(String json) {
    Document out = new Document();
    out.add(new StringField("id", field(json, "id"), Field.Store.YES));
    out.add(new TextField("text", field(json, "title") + "\n" + field(json, "body"), Field.Store.NO));
    return out;
  }

  private static void search(Directory folder, Analyzer analyzer, String queries, int hits) throws IOException {
    BooleanQuery.setMaxClauseCount(100_000);
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    try (DirectoryReader reader = DirectoryReader.open(folder); BufferedReader lines = Files.newBufferedReader(Path.of(queries))) {
      IndexSearcher searcher = new IndexSearcher(reader);
      searcher.setSimilarity(new BM25Similarity());
      for (String line; (line = lines.readLine()) != null; ) {
        int tab = line.indexOf('\t');
        if (tab < 1) continue;
        Query query = new QueryBuilder(analyzer).createBooleanQuery("text", line.substring(tab + 1));
        if (query == null) continue;
        int rank = 0;
        for (ScoreDoc hit : searcher.search(query, hits).scoreDocs) {
          out.printf("%s Q0 %s %d %.6f lucene%n", line.substring(0, tab), searcher.doc(hit.doc).get("id"), ++rank, hit.score);
        }
      }
    }
    out.flush();
  }

  /** The string of a top-level key of one JSON object; "" if it is absent or no string. */
  static String field(String json, String name) {
    int depth = 0;
    boolean key = true;
    boolean wanted = false;
    for (int at = 0; at < json.length(); ++at) {
      char c = json.charAt(at);
      if (c == '{' || c == '[') depth++;
      if (c == '}' || c == ']') depth--;
      if (c == ',' && depth == 1) key = true;
      if (c == ':' && depth == 1) key = false;
      if (c != '"') continue;
      StringBuilder text = new StringBuilder();
      for (++at; json.charAt(at) != '"'; ++at) {
        if (json.charAt(at) != '\\') {
          text.append(json.charAt(at));
          continue;
        }
        char escaped = json.charAt(++at);
        if (escaped == 'u') {
          text.append((char) Integer.parseInt(json.substring(at + 1, at + 5), 16));
          at += 4;
        } else {
          text.append(escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped == 'r' ? '\r' : escaped == 'b' || escaped == 'f' ? ' ' : escaped);
        }
      }
      if (depth != 1) continue;
      if (key) wanted = text.toString().equals(name);
      else if (wanted) return text.toString();
    }
    return "";
  }
}
