// bench_readers: how fast each format becomes articles on one thread, on inputs that are made here; beside it what the
// library under the reader needs for the same bytes alone. The best of five rounds.
#include <expat.h>
#include <fmt/format.h>
#include <simdjson.h>
#include <zlib.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/readers/detect.h"

namespace {

using namespace dateline::indexer;

constexpr std::size_t kBytes = std::size_t{24} << 20;

/// Words of no meaning, as news has them in length; no two articles alike.
class Words {
 public:
  std::string text(std::size_t words) {
    std::string out;
    for (std::size_t i = 0; i < words; ++i) {
      if (i > 0) out.push_back(' ');
      std::size_t letters = 2 + next() % 9;
      while (letters-- > 0) out.push_back(static_cast<char>('a' + next() % 26));
    }
    return out;
  }

 private:
  std::uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ >> 11;
  }
  std::uint64_t state_ = 88172645463325252U;
};

std::string repeat(const std::string& head, const std::string& tail, const std::function<std::string()>& one) {
  std::string out = head;
  while (out.size() < kBytes) out += one();
  return out + tail;
}

std::string gzip_members(const std::string& plain, const std::vector<std::size_t>& ends) {
  std::string out;
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    z_stream z{};
    deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string piece(deflateBound(&z, end - begin) + 32, '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data() + begin));
    z.avail_in = static_cast<uInt>(end - begin);
    z.next_out = reinterpret_cast<Bytef*>(piece.data());
    z.avail_out = static_cast<uInt>(piece.size());
    deflate(&z, Z_FINISH);
    piece.resize(z.total_out);
    deflateEnd(&z);
    out += piece;
    begin = end;
  }
  return out;
}

double seconds(const std::function<void()>& work) {
  double best = 1e9;
  for (int round = 0; round < 5; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return best;
}

std::size_t read(std::string_view bytes, Format format, bool parse) {
  StringSource source(bytes);
  const auto opened = open_reader(source, {.name = "bench", .format = format}, {});
  Reader& reader = *std::get<std::unique_ptr<Reader>>(opened);
  std::size_t articles = 0;
  for (;;) {
    const Reader::Next next = reader.next();
    if (std::holds_alternative<Reader::End>(next)) return articles;
    if (const auto* record = std::get_if<Record>(&next)) {
      if (!parse || std::holds_alternative<RawArticle>(reader.parse(*record))) ++articles;
    }
  }
}

void inflate_alone(std::string_view packed) {
  std::vector<char> out(std::size_t{256} << 10);
  z_stream z{};
  inflateInit2(&z, 16 + MAX_WBITS);
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  z.avail_in = static_cast<uInt>(packed.size());
  while (z.avail_in > 0) {
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    if (inflate(&z, Z_NO_FLUSH) == Z_STREAM_END) inflateReset(&z);
  }
  inflateEnd(&z);
}

void expat_alone(std::string_view xml) {
  XML_Parser parser = XML_ParserCreate("UTF-8");
  std::size_t seen = 0;
  XML_SetUserData(parser, &seen);
  XML_SetElementHandler(
      parser, [](void* user, const XML_Char*, const XML_Char**) { ++*static_cast<std::size_t*>(user); },
      [](void*, const XML_Char*) {});
  XML_SetCharacterDataHandler(parser, [](void* user, const XML_Char*, int n) {
    *static_cast<std::size_t*>(user) += static_cast<std::size_t>(n);
  });
  XML_Parse(parser, xml.data(), static_cast<int>(xml.size()), 1);
  XML_ParserFree(parser);
}

void simdjson_alone(std::string_view lines) {
  simdjson::dom::parser parser;
  simdjson::dom::document_stream stream;
  if (parser.parse_many(lines.data(), lines.size(), std::size_t{1} << 20).get(stream) != simdjson::SUCCESS) return;
  std::size_t n = 0;
  for (auto document : stream) n += document.error() == simdjson::SUCCESS ? std::size_t{1} : std::size_t{0};
}

void report(std::string_view name, std::size_t bytes, std::size_t articles, double ours, std::string_view beside,
            double theirs) {
  const double megabytes = static_cast<double>(bytes) / 1e6;
  fmt::print("{:<22} {:>7.0f} MB/s {:>9.0f} articles/s   {:>3.0f} % of {} alone ({:.0f} MB/s)\n", name,
             megabytes / ours, static_cast<double>(articles) / ours, 100 * theirs / ours, beside, megabytes / theirs);
}

void bench_warc(Words& words) {
  std::vector<std::size_t> ends;
  std::string plain;
  while (plain.size() < kBytes) {
    std::string page = "<html><head><title>" + words.text(8) + "</title></head><body>";
    for (int p = 0; p < 40; ++p)
      page += "<div class=\"teaser box-" + std::to_string(p) + "\"><p>" + words.text(40) + "</p></div>\n";
    page += "</body></html>";
    const std::string block = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page;
    plain += fmt::format(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://paper.example/{}\r\nWARC-Date: "
        "2022-02-24T12:00:00Z\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: "
        "{}\r\n\r\n{}\r\n\r\n",
        ends.size(), block.size(), block);
    ends.push_back(plain.size());
  }
  const std::string packed = gzip_members(plain, ends);
  std::size_t n = 0;
  const double ours = seconds([&] { n = read(packed, Format::warc, false); });
  report("WARC.gz to records", plain.size(), n, ours, "zlib's inflate", seconds([&] { inflate_alone(packed); }));
  const double whole = seconds([&] { n = read(packed, Format::warc, true); });
  report("WARC.gz to pages", plain.size(), n, whole, "zlib's inflate", seconds([&] { inflate_alone(packed); }));
}

}  // namespace

int main() {
  Words words;
  bench_warc(words);
  const auto body = [&](std::string_view between) {
    std::string out;
    for (int p = 0; p < 8; ++p) out += words.text(50) + std::string{between};
    return out;
  };
  std::size_t number = 0;
  const std::string lines = repeat("", "", [&] {
    return fmt::format(
        "{{\"id\":\"{}\",\"title\":\"{}\",\"body\":\"{}\",\"published\":\"2022-02-24T12:00:00Z\",\"source\":\"The "
        "Paper\",\"url\":\"https://paper.example/{}\",\"authors\":[\"Jane "
        "Doe\"],\"lang\":\"en\",\"section\":\"World\"}}\n",
        number, words.text(9), body("\\n\\n"), number++);
  });
  std::size_t n = 0;
  double ours = seconds([&] { n = read(lines, Format::json_lines, true); });
  report("JSON lines", lines.size(), n, ours, "simdjson", seconds([&] { simdjson_alone(lines); }));

  const std::string rss = repeat(
      "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" "
      "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>The Paper</title>",
      "</channel></rss>", [&] {
        return fmt::format(
            "<item><title>{}</title><link>https://paper.example/{}</link><pubDate>Thu, 24 Feb 2022 12:00:00 "
            "GMT</pubDate><dc:creator>Jane "
            "Doe</dc:creator><category>World</category><description>{}</description><content:encoded><![CDATA[<p>{}</"
            "p>]]></content:encoded></item>\n",
            words.text(9), number++, words.text(30), body("</p><p>"));
      });
  ours = seconds([&] { n = read(rss, Format::feed, true); });
  report("RSS", rss.size(), n, ours, "expat", seconds([&] { expat_alone(rss); }));

  const std::string newsml = repeat(
      "<?xml version=\"1.0\"?><newsMessage xmlns=\"http://iptc.org/std/nar/2006-10-01/\"><itemSet>",
      "</itemSet></newsMessage>", [&] {
        return fmt::format(
            "<newsItem guid=\"urn:{}\" version=\"1\" xml:lang=\"en\"><itemMeta><itemClass "
            "qcode=\"ninat:text\"/><provider "
            "literal=\"wire\"/><versionCreated>2022-02-24T12:00:00Z</versionCreated><pubStatus "
            "qcode=\"stat:usable\"/></itemMeta><contentMeta><located "
            "qcode=\"c:1\"><name>Geneva</name></located><creator literal=\"x\"><name>Jane Doe</name></creator><subject "
            "qcode=\"medtop:11000000\"><name>politics</name></subject><headline>{}</headline></"
            "contentMeta><contentSet><inlineXML contenttype=\"application/xhtml+xml\"><html "
            "xmlns=\"http://www.w3.org/1999/xhtml\"><body><p>{}</p></body></html></inlineXML></contentSet></"
            "newsItem>\n",
            number++, words.text(9), body("</p><p>"));
      });
  ours = seconds([&] { n = read(newsml, Format::newsml_g2, true); });
  report("NewsML-G2", newsml.size(), n, ours, "expat", seconds([&] { expat_alone(newsml); }));

  const std::string csv = repeat("title,body,published,source,url\n", "", [&] {
    return fmt::format("\"{}\",\"{}\",2022-02-24,The Paper,https://paper.example/{}\n", words.text(9), body("\n\n"),
                       number++);
  });
  ours = seconds([&] { n = read(csv, Format::csv, true); });
  report("CSV", csv.size(), n, ours, "splitting", seconds([&] { read(csv, Format::csv, false); }));
  return 0;
}
