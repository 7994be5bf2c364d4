#include "indexer/readers/plain_text.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>

#include "common/date.h"
#include "common/encoding.h"
#include "common/language.h"
#include "common/text.h"
#include "common/url.h"
#include "indexer/readers/names.h"

namespace dateline::indexer {
namespace {

/// Longest first line that is taken for a headline, in bytes.
constexpr std::size_t kLongestHeadline = 400;

struct HeaderKey {
  std::string_view key;
  std::string_view field;
};

constexpr std::array kHeaderKeys = std::to_array<HeaderKey>({
    {"title", "title"},
    {"headline", "title"},
    {"titulo", "title"},
    {"date", "published"},
    {"published", "published"},
    {"fecha", "published"},
    {"updated", "modified"},
    {"modified", "modified"},
    {"source", "source"},
    {"fuente", "source"},
    {"publication", "source"},
    {"author", "authors"},
    {"authors", "authors"},
    {"by", "authors"},
    {"byline", "authors"},
    {"autor", "authors"},
    {"url", "url"},
    {"link", "url"},
    {"section", "section"},
    {"seccion", "section"},
    {"language", "lang"},
    {"lang", "lang"},
    {"idioma", "lang"},
    {"id", "id"},
    {"place", "place"},
    {"keywords", "keywords"},
    {"tags", "keywords"},
});

/// Endings of saved pages that say nothing of the story, folded; a line that begins with one is litter.
constexpr std::array<std::string_view, 34> kLitter{"leave a comment",
                                                   "leave a reply",
                                                   "share this",
                                                   "share on",
                                                   "share:",
                                                   "tweet",
                                                   "click to share",
                                                   "click to email",
                                                   "click to print",
                                                   "like this",
                                                   "post a comment",
                                                   "comments are closed",
                                                   "no comments",
                                                   "add a comment",
                                                   "subscribe to",
                                                   "sign up for",
                                                   "follow us",
                                                   "read more:",
                                                   "related:",
                                                   "related articles",
                                                   "related posts",
                                                   "filed under",
                                                   "facebook",
                                                   "whatsapp",
                                                   "print this",
                                                   "email this",
                                                   "deja un comentario",
                                                   "dejar un comentario",
                                                   "comparte",
                                                   "compartir",
                                                   "schreibe einen kommentar",
                                                   "laisser un commentaire",
                                                   "teilen",
                                                   "partager"};

struct Line {
  std::string_view text;  // trimmed
  bool blank() const { return text.empty(); }
};

/// "Key: value" with a known key; nothing otherwise.
std::optional<std::pair<std::string_view, std::string_view>> header_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon > 20) return std::nullopt;
  const std::string key = text::fold(text::trim(line.substr(0, colon)));
  for (const HeaderKey& known : kHeaderKeys) {
    if (known.key == key) return std::pair{known.field, text::trim(line.substr(colon + 1))};
  }
  return std::nullopt;
}

void set_field(std::string_view field, std::string_view value, Article& article) {
  if (value.empty()) return;
  if (field == "title") article.title = text::clean_line(value);
  if (field == "published") article.published = parse_date(value, date_hints(article.lang));
  if (field == "modified") article.modified = parse_date(value, date_hints(article.lang));
  if (field == "source") article.source = text::clean_line(value);
  if (field == "authors") article.authors = split_names(value);
  if (field == "url") article.url = text::clean_line(value);
  if (field == "section") article.section = text::clean_line(value);
  if (field == "lang") article.lang = normalize_language(value);
  if (field == "id") article.id = text::clean_line(value);
  if (field == "place") article.place = text::clean_line(value);
  if (field == "keywords") article.keywords = split_names(value);
}

/// Reads the header block if the text begins with one; the number of lines that it takes. The language is read
/// first: it says how 03/04/2021 is meant.
std::size_t read_header(const std::vector<Line>& lines, Article& article) {
  std::size_t end = 0;
  std::vector<std::pair<std::string_view, std::string_view>> fields;
  while (end < lines.size() && !lines[end].blank()) {
    const auto field = header_field(lines[end].text);
    if (!field) break;
    fields.push_back(*field);
    ++end;
  }
  // A headline may look like one field ("Source: …"); a block has two, or ends in a blank line.
  if (fields.empty() || (fields.size() == 1 && end < lines.size() && !lines[end].blank())) return 0;
  std::stable_partition(fields.begin(), fields.end(), [](const auto& f) { return f.first == "lang"; });
  for (const auto& [name, value] : fields) set_field(name, value, article);
  return end;
}

/// "B y   C r a i g" -> "By Craig": some wire archives space names out.
std::string without_letter_spacing(std::string_view line) {
  std::string out;
  for (std::size_t i = 0; i < line.size();) {
    std::size_t pos = i;
    (void)text::decode(line, pos);
    out.append(line.substr(i, pos - i));
    const std::string_view rest = line.substr(pos);
    if (rest.empty()) break;
    if (rest.front() != ' ') return std::string{line};
    const std::size_t blanks = std::min(rest.find_first_not_of(' '), rest.size());
    if (blanks > 1) out.push_back(' ');
    i = pos + blanks;
  }
  return out;
}

/// Reads a block of lines that begin with "-- ": headline, by-line, date and address, each told by what it is.
std::size_t read_dashed_header(const std::vector<Line>& lines, Article& article) {
  std::size_t end = 0;
  while (end < lines.size() && lines[end].text.starts_with("-- ")) ++end;
  if (end < 2) return 0;  // One such line may be anything.
  for (std::size_t i = 0; i < end; ++i) {
    const std::string line = without_letter_spacing(text::trim(lines[i].text.substr(3)));
    if (is_http_url(line)) {
      article.url = text::clean_line(line);
    } else if (text::istarts_with(line, "by ")) {
      article.authors = split_names(line);
    } else if (const auto date = parse_date(line, date_hints(article.lang)); date && i > 0) {
      article.published = date;
    } else if (article.title.empty()) {
      article.title = text::clean_line(line);
    }
  }
  return end;
}

/// The source that a closing line names: "Reference-www.example.com", "Source: The Paper".
std::string credited_source(std::string_view line) {
  constexpr std::size_t kLongestCredit = 120;
  if (line.size() > kLongestCredit) return {};
  for (const std::string_view label : {"reference", "source", "fuente", "quelle", "fonte", "источник", "المصدر"}) {
    const std::string folded = text::fold(line.substr(0, label.size()));
    if (folded != text::fold(label)) continue;
    std::string_view rest = text::trim(line.substr(label.size()));
    if (rest.empty() ||
        (rest.front() != '-' && rest.front() != ':' && !rest.starts_with("–") && !rest.starts_with("—")))
      continue;
    rest.remove_prefix(rest.starts_with("–") || rest.starts_with("—") ? 3 : 1);
    rest = text::trim(rest);
    if (std::string host = host_of(rest); !host.empty()) return host;
    if (text::istarts_with(rest, "www.")) return text::ascii_lower(rest.substr(4, rest.find('/') - 4));
    return text::clean_line(rest);
  }
  return {};
}

std::size_t read_any_header(const std::vector<Line>& lines, Article& article) {
  const std::size_t dashed = read_dashed_header(lines, article);
  return dashed > 0 ? dashed : read_header(lines, article);
}

bool is_litter(std::string_view line) {
  constexpr std::size_t kLongestLitter = 80;
  if (line.size() > kLongestLitter) return false;
  const std::string folded = text::fold(line);
  return std::any_of(kLitter.begin(), kLitter.end(),
                     [&](std::string_view litter) { return folded.starts_with(litter); });
}

/// "Published: 23 September 2022", "Posted on December 18, 2022" below a story.
bool is_dated_trailer(std::string_view line, Article& article) {
  constexpr std::size_t kLongest = 80;
  if (line.size() > kLongest) return false;
  const std::string folded = text::fold(line);
  const auto begins = [&](std::initializer_list<std::string_view> labels) {
    return std::any_of(labels.begin(), labels.end(), [&](std::string_view label) { return folded.starts_with(label); });
  };
  const bool published = begins({"published", "posted", "publicado", "publie", "veroffentlicht"});
  const bool modified =
      begins({"updated", "last modified", "last updated", "actualizado", "mis a jour", "aktualisiert"});
  if (!published && !modified) return false;
  const auto date = find_date(line, 0, date_hints(article.lang));
  if (!date) return false;
  std::optional<Timestamp>& field = published ? article.published : article.modified;
  if (!field) field = date->value;
  return true;
}

/// Cuts the closing credit and the litter around it; what follows a credit is litter if it is short.
void cut_ending(std::vector<Line>& lines, Article& article) {
  constexpr std::size_t kLongestTail = 25;  // lines behind the credit
  constexpr std::size_t kLongestTailLine = 160;
  std::size_t tail = 0;
  for (std::size_t i = lines.size(); i-- > 1 && tail <= kLongestTail;) {
    if (lines[i].blank()) continue;
    if (const std::string source = credited_source(lines[i].text); !source.empty()) {
      if (article.source.empty()) article.source = source;
      for (std::size_t below = i + 1; below < lines.size(); ++below) (void)is_dated_trailer(lines[below].text, article);
      lines.resize(i);
      break;
    }
    if (lines[i].text.size() > kLongestTailLine) break;
    ++tail;
  }
  while (lines.size() > 1 &&
         (lines.back().blank() || is_litter(lines.back().text) || is_dated_trailer(lines.back().text, article))) {
    lines.pop_back();
  }
}

/// Short lines under the headline: "By Jane Doe", "30 December 2021".
bool is_byline_or_date(std::string_view line, Article& article) {
  constexpr std::size_t kLongest = 90;
  if (line.size() > kLongest) return false;
  if (article.authors.empty()) {
    for (const std::string_view by : {"by ", "por ", "von ", "par "}) {
      if (text::istarts_with(line, by) && line.find_first_of(".!?") == std::string_view::npos) {
        article.authors = split_names(line.substr(by.size()));
        return true;
      }
    }
  }
  if (!article.published) {
    const auto date = find_date(line, 0, date_hints(article.lang));
    if (date && (date->end - date->begin) * 2 >= line.size()) {
      article.published = date->value;
      return true;
    }
  }
  return false;
}

bool is_capitalised(std::string_view word) {
  if (word.empty()) return false;
  std::size_t pos = 0;
  return u_isupper(static_cast<UChar32>(text::decode(word, pos))) != 0;
}

/// One to three capitalised words without digits: what the place of a dateline looks like.
bool is_place_name(std::string_view name) {
  const std::vector<std::string_view> words = text::split(name, ' ');
  constexpr std::size_t kMostWords = 4;
  if (name.size() < 3 || name.size() > 48 || words.size() > kMostWords) return false;
  const bool plain = std::none_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || c == '"' || c == ':' || c == ';' || c == '?' || c == '!';
  });
  static constexpr std::array<std::string_view, 7> kConnectors{"de", "of", "del", "la", "al", "am", "on"};
  return plain &&
         std::all_of(words.begin(), words.end(),
                     [](std::string_view word) {
                       return is_capitalised(word) ||
                              std::find(kConnectors.begin(), kConnectors.end(), word) != kConnectors.end();
                     }) &&
         is_capitalised(words.front());
}

}  // namespace

std::string dateline_place(std::string_view paragraph) {
  constexpr std::size_t kLongestDateline = 90;
  const std::string_view head = paragraph.substr(0, kLongestDateline);
  // "KYIV, Feb 24 (Agency) — The …"
  for (const std::string_view dash : {" - ", " – ", " — ", " -- ", "— ", "– "}) {
    const std::size_t at = head.find(dash);
    if (at == std::string_view::npos) continue;
    std::string_view lead = head.substr(0, at);
    const bool agency = lead.ends_with(')') && lead.find('(') != std::string_view::npos;
    if (agency) lead = text::trim(lead.substr(0, lead.find('(')));
    const std::size_t comma = lead.find(',');
    const std::string_view place = text::trim(lead.substr(0, comma));
    const bool upper = text::fold(place) != place &&
                       std::none_of(place.begin(), place.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    // Without an agency, a date or capitals, "Rishi Sunak - the …" would pass for a place.
    const bool dated = comma != std::string_view::npos && lead.size() - comma < 24;
    if (is_place_name(place) && (agency || upper || dated || dash.find("—") != std::string_view::npos))
      return std::string{place};
    break;
  }
  // "Washington. US President …"
  static constexpr std::array<std::string_view, 26> kNoPlaces{
      "Mr",  "Mrs", "Ms",  "Dr",    "St",   "Gen", "Sen",  "Rep", "Gov", "Prof", "Lt", "Col", "Sgt",
      "Rev", "No",  "Yes", "Never", "Well", "Sí",  "Nein", "Ja",  "Non", "Oui",  "Sr", "Sra", "Now"};
  const std::size_t stop = head.find(". ");
  if (stop == std::string_view::npos || !is_capitalised(head.substr(stop + 2)) || head.find(',') < stop) return {};
  const std::string_view place = head.substr(0, stop);
  if (!is_place_name(place) || std::find(kNoPlaces.begin(), kNoPlaces.end(), place) != kNoPlaces.end()) return {};
  return std::string{place};
}

std::variant<RawArticle, Refusal> PlainTextReader::parse(const Record& record) const {
  const std::string clean = text::clean(to_utf8(record.bytes));
  std::vector<Line> lines;
  for (const std::string_view line : text::split(clean, '\n')) lines.push_back({text::trim(line)});
  RawArticle raw;
  Article& article = raw.article;
  lines.erase(lines.begin(), std::find_if(lines.begin(), lines.end(), [](const Line& l) { return !l.blank(); }));
  lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(read_any_header(lines, article)));
  lines.erase(lines.begin(), std::find_if(lines.begin(), lines.end(), [](const Line& l) { return !l.blank(); }));
  cut_ending(lines, article);

  std::size_t next = 0;
  if (article.title.empty() && !lines.empty() && lines.front().text.size() <= kLongestHeadline) {
    article.title = text::clean_line(lines.front().text);
    next = 1;
  } else if (!lines.empty() && text::clean_line(lines.front().text) == article.title) {
    next = 1;  // The headline once more below the header block.
  }
  while (next < lines.size() && (lines[next].blank() || is_byline_or_date(lines[next].text, article))) ++next;
  std::string body;
  for (; next < lines.size(); ++next) body.append(lines[next].text).push_back('\n');
  article.body = text::paragraphs(body);
  if (article.place.empty() && !article.body.empty()) article.place = dateline_place(article.body.front());
  return raw;
}

}  // namespace dateline::indexer
