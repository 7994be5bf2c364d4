#include "common/query/oracle.h"

#include <algorithm>
#include <functional>

#include "common/date.h"
#include "common/media_topics.h"
#include "common/paragraphs.h"
#include "common/positions.h"
#include "common/text.h"

namespace dateline::query {
namespace {

struct Layout {
  LaidOutArticle& out;
  Analyzer& analyzer;

  void word(const Token& token, Zone zone, std::uint32_t position) {
    const bool title = zone == Zone::title;
    out.places.push_back({token.term, position, title});
    if (!token.accented.empty()) out.places.push_back({token.accented, position, title});
    if (token.kind == TokenKind::word) ++out.words;
    if (token.kind != TokenKind::word && token.kind != TokenKind::joined) return;
    const std::string stem{analyzer.stem(token)};
    out.stems.insert(stem);
    if (title) out.title_stems.insert(stem);
  }
  void sentence(std::uint32_t position) { out.sentences.push_back(position); }
  void paragraph(std::uint32_t position) { out.paragraphs.push_back(position); }
};

/// True if the name of any level of a section that the article stands in is `wanted`.
bool any_section(const Article& article, const std::function<bool(const std::string&)>& wanted) {
  const std::vector<std::vector<std::string>> paths = section_paths(article);
  return std::any_of(paths.begin(), paths.end(), [&](const std::vector<std::string>& path) {
    return std::any_of(path.begin(), path.end(), wanted);
  });
}

using Place = std::pair<std::uint32_t, std::uint32_t>;

bool apart(const Place& a, const Place& b) {
  return a.second < b.first || b.second < a.first;
}
Place cover(const Place& a, const Place& b) {
  return {std::min(a.first, b.first), std::max(a.second, b.second)};
}

/// Is there a border between the beginning and the end?
bool crosses(const Place& place, const std::vector<std::uint32_t>& borders) {
  return std::any_of(borders.begin(), borders.end(),
                     [&](std::uint32_t b) { return place.first < b && b <= place.second; });
}

bool within(const DateRange& range, const Timestamp& t) {
  using std::chrono::days;
  using std::chrono::seconds;
  using std::chrono::sys_seconds;
  if (range.moments) {
    const sys_seconds at{seconds(t.utc)};
    return (!range.from || at >= *range.from) && (!range.to || at <= *range.to);
  }
  // All of the period that the article states must lie within.
  const std::chrono::year_month_day first(local_day(t));
  std::chrono::sys_days last = first;
  if (t.precision == Precision::year) last = first.year() / 12 / 31;
  if (t.precision == Precision::month) last = first.year() / first.month() / std::chrono::last;
  return (!range.from || sys_seconds(std::chrono::sys_days(first)) >= *range.from) &&
         (!range.to || sys_seconds(last) <= *range.to);
}

}  // namespace

LaidOutArticle::LaidOutArticle(const Article& a) : article(a) {
  Analyzer analyzer(a.lang);
  stem_language = analyzer.stem_language();
  lay_out(a.title, paragraphs_of(a), analyzer, Layout{*this, analyzer});
  for (const std::string& name : a.authors) {
    std::set<std::string>& words_of_name = authors.emplace_back();
    for (const Token& token : analyzer.tokenize(name)) words_of_name.insert(token.term);
  }
}

bool Oracle::matches(const Node& node, const LaidOutArticle& article) {
  const auto holds = [&](const Node& child) { return matches(child, article); };
  switch (node.kind) {
    case Kind::everything:
      return true;
    case Kind::word:
      return word(node, article);
    case Kind::filter:
      return filter(node, article);
    case Kind::date:
      return article.article.published && within(node.date, *article.article.published);
    case Kind::words:
      return (!node.min_words || article.words >= *node.min_words) &&
             (!node.max_words || article.words <= *node.max_words);
    case Kind::all_of:
      return std::all_of(node.children.begin(), node.children.end(), holds);
    case Kind::any_of:
      return std::any_of(node.children.begin(), node.children.end(), holds);
    case Kind::one_of:
      return std::count_if(node.children.begin(), node.children.end(), holds) % 2 == 1;
    case Kind::none_of:
      return !holds(node.children.front());
    case Kind::maybe:
      return holds(node.children.front());
    case Kind::at_least:
      return places(node.children.front(), article).size() >= node.n;
    case Kind::first: {
      // The words of the body in order, each with its number.
      std::set<std::uint32_t> numbered;
      for (const auto& place : article.places) {
        if (!place.title) numbered.insert(place.position);
      }
      const Places found = places(node.children.front(), article);
      return std::any_of(found.begin(), found.end(), [&](const Place& p) {
        return numbered.count(p.first) > 0 && numbered.count(p.second) > 0 &&
               static_cast<std::uint32_t>(std::distance(numbered.begin(), numbered.find(p.second))) < node.n;
      });
    }
    default:
      return !places(node, article).empty();
  }
}

bool Oracle::word(const Node& node, const LaidOutArticle& article) {
  // By itself a word is found by its stem in the article's own language; other spellings by their places.
  const bool title = node.field == Field::title;
  for (const TermSequence& way : spellings(node, analyzer_)) {
    if (way.size() > 1 || way.front().match != TermSet::Match::stem) {
      if (!sequence(way, title, article).empty()) return true;
      continue;
    }
    const std::set<std::string>& stems = title ? article.title_stems : article.stems;
    for (const LanguageStem& stem : matcher_.stems(way.front())) {
      if (stem.lang == article.stem_language && stems.count(stem.stem) > 0) return true;
    }
    for (const auto& place : article.places) {
      if (place.term == way.front().text && (place.title || !title)) return true;
    }
  }
  return false;
}

Oracle::Places Oracle::sequence(const TermSequence& way, bool title, const LaidOutArticle& article) {
  std::vector<Places> parts;
  for (const TermSet& set : way) {
    Places& part = parts.emplace_back();
    for (const auto& place : article.places) {
      const bool there = (matcher_.languages(set, place.term) & matcher_.bit(article.article.lang)) != 0;
      if ((place.title || !title) && there) part.insert({place.position, place.position});
    }
  }
  return one_after_another(parts);
}

bool Oracle::filter(const Node& node, const LaidOutArticle& laid_out) {
  const Article& article = laid_out.article;
  const std::string wanted = text::fold(node.text);
  const auto is = [&](const std::string& value) {
    return !value.empty() &&
           (node.wildcard ? matches_wildcard(wanted, text::fold(value)) : text::fold(value) == wanted);
  };
  switch (node.field) {
    case Field::source:
      return is(article.source);
    case Field::section:
      return any_section(article, is);
    case Field::place:
      return is(article.place);
    case Field::lang:
      return article.lang == node.text;
    case Field::id:
      return article.id == node.text;
    case Field::url:
      return !article.url.empty() && article.url == node.text;
    case Field::author:
      return author(node, laid_out);
    case Field::actor:
    case Field::salient_actor: {
      constexpr double kSalient = 0.5;
      std::vector<std::string> names;
      if (options_.actors != nullptr && !node.wildcard) names = options_.actors->canonical(wanted);
      return std::any_of(article.actors.begin(), article.actors.end(), [&](const Actor& actor) {
        const bool named = is(actor.name) || std::any_of(names.begin(), names.end(), [&](const std::string& name) {
                             return text::fold(name) == text::fold(actor.name);
                           });
        return named && (node.field == Field::actor || actor.salience >= kSalient);
      });
    }
    case Field::has:
      return (node.text == "author" && !article.authors.empty()) || (node.text == "actor" && !article.actors.empty()) ||
             (node.text == "date" && article.published) || (node.text == "lang" && !article.lang.empty()) ||
             (node.text == "place" && !article.place.empty()) ||
             (node.text == "section" && any_section(article, [](const std::string&) { return true; })) ||
             (node.text == "source" && !article.source.empty()) || (node.text == "title" && !article.title.empty()) ||
             (node.text == "url" && !article.url.empty());
    default:
      return false;
  }
}

bool Oracle::author(const Node& node, const LaidOutArticle& article) {
  return std::any_of(article.authors.begin(), article.authors.end(), [&](const std::set<std::string>& name) {
    bool any = false;
    for (const std::string_view piece : text::split(node.text, ' ')) {
      Node word = node;
      word.text = piece;
      word.wildcard = piece.find('*') != std::string_view::npos;
      word.exact = !word.wildcard;
      const std::vector<TermSequence> ways = spellings(word, analyzer_);
      if (ways.empty()) continue;
      for (const TermSet& set : ways.front()) {
        any = true;
        if (std::none_of(name.begin(), name.end(),
                         [&](const std::string& term) { return matcher_.matches(set, term); }))
          return false;
      }
    }
    return any;
  });
}

Oracle::Places Oracle::one_after_another(const std::vector<Places>& parts) {
  Places out = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    Places longer;
    for (const Place& a : out) {
      for (const Place& b : parts[i]) {
        if (b.first == a.second + 1) longer.insert({a.first, b.second});
      }
    }
    out = std::move(longer);
  }
  return out;
}

Oracle::Places Oracle::near(const Node& node, const LaidOutArticle& article) {
  Places out;
  const Places left = places(node.children[0], article);
  const Places right = places(node.children[1], article);
  for (const Place& a : left) {
    for (const Place& b : right) {
      if (!apart(a, b)) continue;
      const Place both = cover(a, b);
      const bool in_order = a.first < b.first;
      const std::uint32_t distance = in_order ? b.first - a.second : a.first - b.second;
      const bool true_here = node.kind == Kind::near     ? distance <= node.n
                             : node.kind == Kind::before ? in_order && distance <= node.n
                             : node.kind == Kind::same_paragraph
                                 ? !crosses(both, article.paragraphs)
                                 : !crosses(both, article.paragraphs) && !crosses(both, article.sentences);
      if (true_here) out.insert(both);
    }
  }
  return out;
}

Oracle::Places Oracle::loose(const Node& node, const LaidOutArticle& article) {
  // Every choice of one place a word.
  std::vector<std::vector<Place>> choices{{}};
  for (const Node& child : node.children) {
    std::vector<std::vector<Place>> longer;
    for (const std::vector<Place>& chosen : choices) {
      for (const Place& place : places(child, article)) {
        if (!std::all_of(chosen.begin(), chosen.end(), [&](const Place& p) { return apart(p, place); })) continue;
        longer.push_back(chosen);
        longer.back().push_back(place);
      }
    }
    choices = std::move(longer);
  }
  Places out;
  for (const std::vector<Place>& chosen : choices) {
    Place all = chosen.front();
    for (const Place& place : chosen) all = cover(all, place);
    if (all.second - all.first + 1 <= node.n + node.children.size() - 1) out.insert(all);
  }
  return out;
}

Oracle::Places Oracle::places(const Node& node, const LaidOutArticle& article, bool last) {
  Places out;
  switch (node.kind) {
    case Kind::word: {
      for (const TermSequence& way : spellings(node, analyzer_, last)) {
        const Places found = sequence(way, node.field == Field::title, article);
        out.insert(found.begin(), found.end());
      }
      return out;
    }
    case Kind::any_of:
      for (const Node& child : node.children) {
        const Places found = places(child, article);
        out.insert(found.begin(), found.end());
      }
      return out;
    case Kind::phrase: {
      std::vector<Places> parts;
      for (const Node& child : node.children) parts.push_back(places(child, article, &child == &node.children.back()));
      return one_after_another(parts);
    }
    case Kind::loose_phrase:
      return loose(node, article);
    default:
      return near(node, article);
  }
}

}  // namespace dateline::query
