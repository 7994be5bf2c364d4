#include "indexer/readers/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/date.h"
#include "common/encoding.h"
#include "common/text.h"
#include "common/url.h"
#include "indexer/readers/extra_fields.h"
#include "indexer/readers/iptc.h"
#include "indexer/readers/json_article.h"
#include "indexer/readers/xml_tree.h"

namespace dateline::indexer {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10;
/// A record's bytes: delimiter, header row, this, row.
constexpr char kBehindHeader = '\x1E';

/// RFC 4180: quotes double inside quotes. A quote inside an unquoted field stands for itself.
std::vector<std::string> split_row(std::string_view row, char delimiter) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  bool begin = true;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const char c = row[i];
    if (quoted) {
      if (c != '"')
        fields.back().push_back(c);
      else if (i + 1 < row.size() && row[i + 1] == '"')
        fields.back().push_back(row[++i]);
      else
        quoted = false;
    } else if (c == '"' && begin) {
      quoted = true;
    } else if (c == delimiter) {
      fields.emplace_back();
      begin = true;
      continue;
    } else if (c != '\r' && c != '\n') {
      fields.back().push_back(c);
    }
    begin = false;
  }
  return fields;
}

std::string_view first_line_of(std::string_view s) {
  return s.substr(0, s.find('\n'));
}

}  // namespace

char table_delimiter(std::string_view head, const ReaderOptions& options) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  const std::string_view first = first_line_of(head);
  if (first.size() == head.size()) return '\0';  // A single line names nothing.
  char best = '\0';
  std::size_t most = 1;
  for (const char delimiter : {'\t', ',', ';', '|'}) {
    const std::vector<std::string> names = split_row(first, delimiter);
    if (names.size() < 2) continue;
    // A sentence with commas is no header: its parts are no column names.
    const bool short_names = std::all_of(names.begin(), names.end(), [](const std::string& name) {
      constexpr std::size_t kLongest = 40;
      return name.size() <= kLongest && std::count(name.begin(), name.end(), ' ') <= 3;
    });
    const auto known = static_cast<std::size_t>(std::count_if(names.begin(), names.end(), [&](const std::string& name) {
      const std::string clean = text::clean_line(name);
      return is_known_json_name(clean) || options.field_map.contains(clean);
    }));
    if (short_names && known > most) {
      most = known;
      best = delimiter;
    }
  }
  return best;
}

bool CsvReader::fill() {
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kPiece);
  const std::size_t n = source_.read(buffer_.data() + before, kPiece);
  buffer_.resize(before + n);
  return n > 0;
}

bool CsvReader::read_row(std::string& row, bool& too_long) {
  row.clear();
  too_long = false;
  bool quoted = false;
  bool begin = true;  // of a field
  std::size_t length = 0;
  for (;;) {
    for (std::size_t i = at_; i < buffer_.size(); ++i) {
      const char c = buffer_[i];
      if (quoted) {
        if (c == '"') quoted = false;  // A doubled quote opens again at once.
      } else if (c == '"' && (begin || (i > at_ && buffer_[i - 1] == '"'))) {
        quoted = true;
      } else if (c == '\n') {
        if (length + i - at_ <= options_.max_record) row.append(buffer_, at_, i + 1 - at_);
        too_long = too_long || length + i - at_ > options_.max_record;
        at_ = i + 1;
        return true;
      }
      begin = c == delimiter_;
    }
    length += buffer_.size() - at_;
    if (length <= options_.max_record)
      row.append(buffer_, at_, std::string::npos);
    else
      too_long = true;
    at_ = buffer_.size();
    if (!fill()) return length > 0;
  }
}

Reader::Next CsvReader::next() {
  if (delimiter_ == '\0') {
    delimiter_ = table_delimiter(source_.peek(kPiece), options_);
    if (delimiter_ == '\0') delimiter_ = ',';
    bool too_long = false;
    if (!read_row(header_, too_long)) return End{};
    if (header_.starts_with("\xEF\xBB\xBF")) header_.erase(0, 3);
    if (too_long) return Skipped{1, "a first row that is too long to name columns"};
    number_ = 1;
  }
  for (;;) {
    std::string row;
    bool too_long = false;
    if (!read_row(row, too_long)) return End{};
    ++number_;
    if (too_long)
      return Skipped{number_, fmt::format("a row longer than {} bytes (--max-record)", options_.max_record)};
    if (text::trim(row).empty()) continue;
    Record record{.number = number_, .bytes = std::string(1, delimiter_)};
    record.bytes.append(header_).append(1, kBehindHeader).append(row);
    return record;
  }
}

std::variant<RawArticle, Refusal> CsvReader::parse(const Record& record) const {
  const std::string_view bytes = record.bytes;
  const std::size_t behind = bytes.find(kBehindHeader);
  if (bytes.empty() || behind == std::string_view::npos) return Refusal{"not a row"};
  const char delimiter = bytes.front();
  const std::vector<std::string> names = split_row(bytes.substr(1, behind - 1), delimiter);
  const std::vector<std::string> values = split_row(bytes.substr(behind + 1), delimiter);
  if (values.size() > names.size() && std::any_of(values.begin() + static_cast<std::ptrdiff_t>(names.size()),
                                                  values.end(), [](const std::string& v) { return !v.empty(); }))
    return Refusal{fmt::format("{} fields where the first row names {}", values.size(), names.size())};
  // Columns mean what the members of a JSON object of these names mean.
  nlohmann::ordered_json row = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < std::min(names.size(), values.size()); ++i) {
    std::string name = text::clean_line(to_utf8(names[i]));
    if (!name.empty() && !values[i].empty()) row[name] = to_utf8(values[i]);
  }
  return article_of_json(row.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace), {}, options_);
}

Reader::Next GkgReader::Lines::next() {
  for (;;) {
    std::size_t end = buffer_.find('\n', at_);
    std::size_t dropped = 0;
    bool more = true;
    while (end == std::string::npos && more) {
      if (buffer_.size() - at_ > max_record_) {
        dropped += buffer_.size() - at_;
        at_ = buffer_.size();
      }
      buffer_.erase(0, at_);
      at_ = 0;
      const std::size_t before = buffer_.size();
      buffer_.resize(before + kPiece);
      const std::size_t n = source_.read(buffer_.data() + before, kPiece);
      buffer_.resize(before + n);
      more = n > 0;
      end = buffer_.find('\n', before);
    }
    if (end == std::string::npos) end = buffer_.size();
    if (end == at_ && !more && dropped == 0) return End{};
    ++number_;
    std::string line = buffer_.substr(at_, end - at_);
    at_ = std::min(end + 1, buffer_.size());
    if (dropped + line.size() > max_record_)
      return Skipped{number_, fmt::format("a line of {} bytes, longer than {} (--max-record)", dropped + line.size(),
                                          max_record_)};
    if (!text::trim(line).empty()) return Record{.number = number_, .bytes = std::move(line)};
  }
}

namespace {

/// Columns of GKG 2.1 (data.gdeltproject.org/documentation/GDELT-Global_Knowledge_Graph_Codebook-V2.1.pdf).
enum GkgColumn : std::size_t {
  gkg_record_id = 0,
  gkg_date = 1,
  gkg_collection = 2,
  gkg_source = 3,
  gkg_document = 4,
  gkg_themes = 7,
  gkg_locations = 9,
  gkg_persons = 11,
  gkg_organisations = 13,
  gkg_tone = 15,
  gkg_image = 18,
  gkg_extras = 26,
  gkg_columns = 27
};

/// "name,offset;name,offset" or "name;name".
template <typename Visit>
void each_name(std::string_view list, Visit visit) {
  for (const std::string_view entry : text::split(list, ';')) {
    if (std::string name = text::clean_line(entry.substr(0, entry.find(','))); !name.empty()) visit(name);
  }
}

/// GKG writes names in lower case.
std::string with_capitals(std::string name) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool begins = i == 0 || name[i - 1] == ' ' || name[i - 1] == '-';
    if (begins && name[i] >= 'a' && name[i] <= 'z') name[i] = static_cast<char>(name[i] - 'a' + 'A');
  }
  return name;
}

std::string tag_in(std::string_view extras, std::string_view name) {
  const std::string open = fmt::format("<{}>", name);
  const std::size_t begin = extras.find(open);
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = extras.substr(begin + open.size());
  return plain_text(rest.substr(0, rest.find("</")));
}

}  // namespace

bool is_gkg_row(std::string_view line) {
  const std::vector<std::string_view> columns = text::split(first_line_of(line), '\t');
  constexpr std::size_t kDateDigits = 14;
  return columns.size() == gkg_columns && columns[gkg_record_id].find('-') == kDateDigits &&
         columns[gkg_date].size() == kDateDigits &&
         columns[gkg_date].find_first_not_of("0123456789") == std::string_view::npos;
}

std::variant<RawArticle, Refusal> GkgReader::parse(const Record& record) const {
  const std::string utf8 = to_utf8(record.bytes);
  const std::vector<std::string_view> columns = text::split(utf8, '\t');
  if (columns.size() != gkg_columns) return Refusal{fmt::format("{} columns, where GKG 2.1 has 27", columns.size())};
  if (columns[gkg_collection] != "1" || !is_http_url(columns[gkg_document]))
    return Refusal{.reason = "a GKG row for no web page", .expected = true};
  RawArticle raw;
  raw.excerpt = true;
  raw.metadata = true;
  Article& article = raw.article;
  ExtraFields extra;
  article.url = text::clean_line(columns[gkg_document]);
  article.source = text::clean_line(columns[gkg_source]);
  const std::string_view extras = columns[gkg_extras];
  article.title = tag_in(extras, "PAGE_TITLE");
  const std::string stated = tag_in(extras, "PAGE_PRECISEPUBTIMESTAMP");
  const auto moment = [](std::string_view d) {
    return d.size() < 14 ? std::nullopt
                         : parse_date(fmt::format("{}-{}-{}T{}:{}:{}Z", d.substr(0, 4), d.substr(4, 2), d.substr(6, 2),
                                                  d.substr(8, 2), d.substr(10, 2), d.substr(12, 2)));
  };
  article.published = moment(stated);
  if (!article.published) article.published = moment(columns[gkg_date]);
  each_name(columns[gkg_persons],
            [&](const std::string& name) { iptc::add_actor(article, ActorKind::person, with_capitals(name)); });
  each_name(columns[gkg_organisations],
            [&](const std::string& name) { iptc::add_actor(article, ActorKind::organisation, with_capitals(name)); });
  each_name(columns[gkg_themes], [&](const std::string& theme) { iptc::add_subject(article, "gkg:" + theme, {}); });
  for (const std::string_view location : text::split(columns[gkg_locations], ';')) {
    const std::vector<std::string_view> parts = text::split(location, '#');
    if (parts.size() > 1) extra.add("location", parts[1]);
  }
  extra.add("gkg_record", columns[gkg_record_id]);
  extra.add("tone", columns[gkg_tone].substr(0, columns[gkg_tone].find(',')));
  extra.add("image", columns[gkg_image]);
  article.authors = iptc::byline_names(tag_in(extras, "PAGE_AUTHORS"));
  article.extra = extra.str();
  if (article.title.empty()) return Refusal{.reason = "a GKG row without a page title", .expected = true};
  return raw;
}

}  // namespace dateline::indexer
