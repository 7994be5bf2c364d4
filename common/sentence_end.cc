#include "common/sentence_end.h"

#include "common/sorted_words.h"

namespace dateline {
namespace {

/// Their period never ends a sentence.
constexpr auto kTitlesBeforeNames = sorted(std::to_array<std::string_view>(
    {"mr",   "mrs",    "ms",   "dr",   "prof", "st",  "sen",  "rep",  "gov", "gen", "col",  "lt",     "sgt",  "capt",
     "cmdr", "maj",    "rev",  "hon",  "pres", "sr",  "sra",  "srta", "dra", "mme", "mlle", "messrs", "vs",   "fr",
     "adm",  "atty",   "supt", "insp", "ald",  "amb", "brig", "cpl",  "pvt", "mgr", "ing",  "lic",    "herr", "bzw",
     "ca",   "approx", "fig",  "vol",  "art",  "cf",  "al",   "ft",   "mt",  "sig", "dott", "avv",    "on",   "lda"}));

/// Their period ends a sentence only before a word that opens one.
constexpr auto kOtherAbbreviations = sorted(std::to_array<std::string_view>(
    {"inc", "corp", "co",   "ltd",  "bros",  "jr",   "etc",  "jan",  "feb",  "mar",  "apr", "jun",
     "jul", "aug",  "sep",  "sept", "oct",   "nov",  "dec",  "est",  "dept", "univ", "ave", "blvd",
     "rd",  "no",   "nos",  "pp",   "calif", "conn", "fla",  "mass", "mich", "minn", "pa",  "tenn",
     "tex", "va",   "wash", "wis",  "ariz",  "ark",  "colo", "ga",   "ill",  "ind",  "kan", "ky",
     "md",  "miss", "mo",   "mont", "neb",   "nev",  "okla", "ore",  "ala",  "ud",   "uds", "usw"}));

constexpr auto kSentenceOpeners = sorted(std::to_array<std::string_view>(
    {"the",  "a",    "an",    "in",   "on",    "at",     "he",    "she",   "it",      "they",      "we",    "i",
     "but",  "and",  "for",   "if",   "this",  "that",   "these", "those", "his",     "her",       "its",   "their",
     "as",   "by",   "with",  "from", "after", "before", "when",  "while", "however", "meanwhile", "there", "to",
     "some", "many", "such",  "what", "why",   "el",     "la",    "los",   "las",     "en",        "un",    "una",
     "por",  "para", "segun", "con",  "su",    "este",   "esta",  "le",    "les",     "il",        "elle",  "une",
     "dans", "der",  "die",   "das",  "er",    "sie",    "es",    "im",    "am"}));

}  // namespace

bool period_ends_sentence(std::string_view before, bool dotted, std::string_view after, bool number) {
  if (dotted || before.size() == 1) return contains(kSentenceOpeners, after);
  if (contains(kTitlesBeforeNames, before)) return false;
  if (contains(kOtherAbbreviations, before)) return !number && contains(kSentenceOpeners, after);
  // "am 24. Februar", "1. The": a short number with a period is mostly an ordinal.
  if (before.size() <= 2 && before.front() >= '0' && before.front() <= '9') return contains(kSentenceOpeners, after);
  return true;
}

}  // namespace dateline
