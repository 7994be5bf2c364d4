#include "indexer/enrich/actors/recogniser.h"

#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "common/date.h"
#include "common/text.h"
#include "indexer/enrich/actors/actor_data.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;
using namespace dateline::indexer;

namespace {

const std::filesystem::path kShipped = std::filesystem::path(DATELINE_SOURCE_DIR) / "indexer/data/actors";

const ActorData& shipped() {
  static const ActorData data = ActorData::load({.folders = {kShipped}, .actor_files = {}, .overrides = {}});
  return data;
}

std::vector<Actor> actors_of(const ActorData& data, const Article& article) {
  return make_recogniser(data)->recognise(article);
}

std::string names(std::vector<Actor> actors) {
  std::vector<std::string> list;
  for (const Actor& actor : actors) list.push_back(actor.name);
  std::sort(list.begin(), list.end());
  std::string out;
  for (const auto& name : list) out.append(out.empty() ? "" : "; ").append(name);
  return out;
}

struct Case {
  const char* what;
  const char* lang;
  const char* title;
  const char* body;
  const char* actors;  // sorted
};
std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.what;
}

const Case kCases[] = {
    {"a surname means the full name", "en", "Biden calls Putin",
     "US President Joe Biden called Vladimir Putin on Thursday. Biden warned Putin against an attack.",
     "Joe Biden; United States; Vladimir Putin"},
    {"headline spelling gives way to body spelling", "en", "BIDEN TALKS TO PUTIN",
     "President Joe Biden talked to Vladimir Putin for an hour on Monday.", "Joe Biden; Vladimir Putin"},
    {"no name reaches from the title into the body", "en", "A day with Valeska",
     "Lisbon said on Monday that it would pay. Lisbon has waited for years.", "Valeska"},
    {"two of one surname stay two", "en", "Two Castros",
     "Fidel Castro handed over to his brother in 2008. Raúl Castro then led the country for ten years.",
     "Fidel Castro; Raúl Castro"},
    {"towns and nationalities are no actors, countries are", "en", "Talks in Geneva",
     "Russian and American diplomats met in Geneva. Moscow and Washington want talks, Ukraine does not.", "Ukraine"},
    {"an alliance under its other name", "en", "Alliance grows",
     "NATO will take in Finland. The Atlantic Alliance has thirty members.", "Finland; NATO"},
    {"small words are no acronyms", "en", "What it may do to us", "He told us that it may rain and who knows what.",
     ""},
    {"capitals tell US and WHO", "en", "Virus plan", "The WHO asked the US for help.",
     "United States; World Health Organization"},
    {"money is no country", "en", "Fine", "He was fined US$20,000 for the crash.", ""},
    {"a possessive ends a name", "en", "Plan", "Germany's plan angered Emmanuel Macron's ministers.",
     "Emmanuel Macron; Germany"},
    {"transliterations meet", "en", "Visit", "Volodimir Zelenskyj met Sergei Lavrov.",
     "Sergey Lavrov; Volodymyr Zelensky"},
    {"Spanish", "es", "Biden ofrecerá a Putin una vía diplomática",
     "El presidente de Estados Unidos, Joe Biden, hablará con Vladímir Putin. La OTAN y la UE apoyan a Ucrania.",
     "European Union; Joe Biden; NATO; Ukraine; United States; Vladimir Putin"},
    {"Spanish politics", "es", "El Gobierno aprueba la reforma de las pensiones",
     "MADRID, 12 nov (EFE).- El ministro de Inclusión, José Luis Escrivá, había pactado la reforma con UGT y CCOO.\n"
     "La vicepresidenta Yolanda Díaz defendió el acuerdo frente al Partido Popular. Escrivá respondió que la Comisión "
     "Europea lo avala. El Banco de España pidió prudencia.",
     "Bank of Spain; Comisiones Obreras; EFE; European Commission; José Luis Escrivá; Partido Popular; UGT; Yolanda "
     "Díaz"},
    {"Spanish America", "es", "Petro gana la presidencia de Colombia",
     "BOGOTÁ (AP) — El exguerrillero Gustavo Petro derrotó a Rodolfo Hernández en la segunda vuelta del domingo.\n"
     "El presidente saliente Iván Duque lo felicitó. También lo hicieron Gabriel Boric y la OEA.",
     "Associated Press; Colombia; Gabriel Boric; Gustavo Petro; Iván Duque; Organization of American States; "
     "Rodolfo Hernández"},
    {"Spanish courts and towns", "es", "Detenido en Marbella un capo de la Camorra",
     "La Guardia Civil detuvo en Marbella a Raffaele Imperiale. La jueza María Tardón, de la Audiencia Nacional, "
     "ordenó "
     "su ingreso en prisión. Italia pidió su extradición a Emiratos Árabes Unidos.",
     "Audiencia Nacional; Camorra; Civil Guard; Italy; María Tardón; Raffaele Imperiale; United Arab Emirates"},
    {"Russian, inflected", "ru", "Песков рассказал о звонке",
     "Президент России Владимир Путин поговорил с Джо Байденом. Пресс-секретарь Кремля Дмитрий Песков подтвердил "
     "звонок Путина.",
     "Dmitri Peskov; Joe Biden; Kremlin; Russia; Vladimir Putin"},
    {"Arabic", "ar", "بوتين يتحدث مع بايدن", "تحدث فلاديمير بوتين مع جو بايدن حول أوكرانيا.",
     "Joe Biden; Ukraine; Vladimir Putin"},
    {"Chinese", "zh", "习近平会见普京", "习近平在北京会见普京，讨论乌克兰局势。",
     "Ukraine; Vladimir Putin; Xi Jinping"},
    {"a body of a state is named with it", "en", "Rescue at sea",
     "Fishermen called for help and the Kenyan Navy reportedly saved them before dawn.", "Kenyan Navy"},
    {"a numbered unit", "en", "A day out",
     "Children had their picture taken with people of the 501st Legion on the lawn.", "501st Legion"},
    {"what a noun announces", "en", "Bees", "The study was published in the journal Nature Beekeeping yesterday.",
     "Nature Beekeeping"},
    {"a name in quotation marks", "en", "Page taken down", "It was put up by a user labelled \"Anonymous\" last week.",
     "Anonymous"},
    {"an office is no organisation", "en", "Sale",
     "It is up to the Secretary of State for Trade and Industry, who has seen Tom Okafor.", "Tom Okafor"},
    {"the parties of a case, ships and desks are no actors", "en", "Court looks back",
     "The ruling in Roe v. Wade was read aloud on board the USS Carl Vinson.\n-- New York Newsdesk 212 555 1234", ""},
    {"whoever has an analyst is a firm", "en", "Bank adds to reserves",
     "It will add more, E.F. Hutton analyst Fred Meinke said. Meinke saw it coming.", "E.F. Hutton; Fred Meinke"},
    {"an acronym behind its name is the same actor", "en", "Minister speaks",
     "Tariq Aziz told the Iraqi News Agency INA that the war was over. INA gave no more details.",
     "Iraqi News Agency; Tariq Aziz"},
    {"where it was written is no actor", "en", "Envoy meets officers",
     "BANJA LUKA, Nov 8 - Envoy John Kornblum met officers on Friday. Banja Luka was quiet.", "John Kornblum"},
    {"a list of names in capitals", "en", "Who paid for it",
     "The work went on for two years and was paid for by two bodies.\nGrants: Croucher Foundation, Alice Mak, Ben Chan",
     "Alice Mak; Ben Chan; Croucher Foundation"},
    {"a company is not its bank", "en", "Reserves",
     "Shares in Heritage Communications Inc fell on Friday after its unit Heritage Communications Bank added to its "
     "reserves, the company said. Analysts said that Heritage Communications had made loans abroad.",
     "Heritage Communications Bank; Heritage Communications Inc"},
    {"teams are called by their towns where sport is written about", "en", "SOCCER - LEEDS HELD",
     "A draw with Sunderland in the league match was all that Liverpool striker Ian Rush had hoped for. A win over "
     "Wimbledon had lifted the season.\nTranmere 1 Bolton 2\nBarnsley 18 9 6 3 34 22 33\nChicago at Utah",
     "Barnsley; Bolton; Chicago; Ian Rush; Liverpool; Sunderland; Tranmere; Utah; Wimbledon"},
    {"teams in capitals", "en", "NHL STANDINGS",
     "Standings of National Hockey League teams after games of the season on Thursday:\nNORTHEAST DIVISION\n"
     "HARTFORD 10 5 4 54 50 24\nPITTSBURGH AT WASHINGTON",
     "Hartford; National Hockey League; Pittsburgh; Washington"},
    {"an acronym that the article explains", "en", "Refinery",
     "State-run Indian Oil Corp will build a refinery, IOC chairman A. N. Ramaswamy said.",
     "A. N. Ramaswamy; Indian Oil Corp"},
    {"elsewhere towns are towns", "en", "Wheat", "Chicago 12 Boston 14\nBolton 19 11 5 3 39 24 38\nChicago at Utah",
     ""},
    {"peoples without a state act, nationalities do not", "en", "Rescue",
     "Kurdish and Indonesian officers said that the Rohingya and some Kurds had been rescued by Indonesia.",
     "Indonesia; Kurds; Rohingya"},
    {"of an event a country at its end is named", "en", "Fans",
     "The 9th Book Expo Norway took place at the weekend. Visitors liked Book Expo Norway.", "Norway"},
    {"a memorial names whom it remembers", "en", "Lights",
     "Crowds went to the Nelson Mandela Memorial and saw the Walter B. Lindqvist Center on Saturday.",
     "Nelson Mandela; Walter B. Lindqvist"},
    {"a university is not each of its schools", "en", "Study",
     "The study by Harvard Medical School was read with care. Harvard praised it.",
     "Harvard Medical School; Harvard University"},
    {"placings, with the country and the team", "en", "CYCLING - PLACINGS",
     "Leading placings in the third stage of the race on Saturday:\n1. Pieter Smolders (Netherlands) Telekom five "
     "hours\n2. Maarten van Dijk (Netherlands) 4 seconds behind\n3. Chen Yifang (China) 8 seconds behind",
     "Chen Yifang; China; Maarten van Dijk; Netherlands; Pieter Smolders; Telekom"},
    {"innings and scorers in brackets", "en", "CRICKET - SCORES",
     "Close of play in cricket matches:\nSouthampton: Sussex 244 and 180 (R. Alder 102; T. Marsh 5-38), Kent "
     "97-2.\n"
     "Lens 3 (Fauvet 20, Moreau 64) Nancy 1. Halftime 2-0.",
     "Fauvet; Kent; Lens; Moreau; Nancy; R. Alder; Sussex; T. Marsh"},
    {"percentages are no sentences", "en", "NBA STANDINGS",
     "Standings of National Basketball Association teams after games of the season:\nMIAMI 12 6 .667 -\n"
     "NEW JERSEY 5 11 .313 6",
     "Miami; National Basketball Association; New Jersey"},
    {"a namesake team of another town", "en", "RUGBY LEAGUE - RESULT",
     "Fans of the rugby league team saw the London Broncos lose the match to Bradford by six goals.",
     "Bradford; London Broncos"},
    {"in other articles what towns do is no sport", "en", "Budget",
     "Chicago lost its case against Boston, and the teams of lawyers went home. The judge had heard the two cities for "
     "many months, and nobody who was in the room had ever thought that it could end as it did.",
     ""},
    {"tickers name nobody, legal forms change nothing", "en", "UNOCAL <UCL> RAISES PRICES",
     "Unocal Corp said that it raised its prices, and Woolworths Ltd followed.", "Unocal; Woolworths"},
    {"whoever took the picture, and for whom", "en", "Vote",
     "Senators left the room after the vote. The picture was taken by Drew Angerer/Getty Images on Monday.",
     "Drew Angerer; Getty Images"},
    {"a country before the name of its president is a country", "en", "Call",
     "President of Ukraine Volodymyr Zelenskyy said so on Monday.", "Ukraine; Volodymyr Zelensky"},
    {"a heading before a hyphen", "en", "POLL-Slovenian party ahead",
     "The party of Janez Drnovsek is ahead, the newspaper Delo said.", "Delo; Janez Drnovsek"},
    {"a hospital named after a man, a man whose surname is a word", "en", "Rain",
     "At Ben Taub Hospital nurses waited for boats all night. The administrator Brock Long said that it would last.",
     "Ben Taub Hospital; Brock Long"},
    {"a town is no country of another language", "en", "Law school",
     "She had studied at Columbia for three years before she came to the court.", ""},
    {"nothing at all", "", "", "", ""},
};

Article article_of(const Case& c) {
  Article article;
  article.lang = c.lang;
  article.title = c.title;
  for (const std::string_view paragraph : text::split(c.body, '\n')) {
    if (!paragraph.empty()) article.body.emplace_back(paragraph);
  }
  return article;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recogniser_test)

BOOST_DATA_TEST_CASE(actors_are_named_once, boost::unit_test::data::make(kCases)) {
  BOOST_TEST(names(actors_of(shipped(), article_of(sample))) == sample.actors);
}

BOOST_AUTO_TEST_CASE(people_whom_no_gazetteer_knows_are_found) {
  BOOST_TEST_REQUIRE(shipped().model() != nullptr);
  Article article;
  article.lang = "en";
  article.title = "Council spokeswoman rejects claim";
  article.body = {
      "The spokeswoman for the council, Emily Thornbury, rejected the claim on Monday. Thornbury said it was false.",
      "Her deputy, James Okafor, agreed with Mrs. Thornbury."};
  const auto actors = actors_of(shipped(), article);
  BOOST_TEST(names(actors) == "Emily Thornbury; James Okafor");
  BOOST_TEST(actors[0].name == "Emily Thornbury");
  BOOST_TEST(actors[0].mentions == 3U);
  BOOST_CHECK(actors[0].kind == ActorKind::person);
}

BOOST_AUTO_TEST_CASE(the_president_of_the_day_is_meant) {
  Article article;
  article.lang = "en";
  article.title = "Tax plan";
  article.body = {"President Bush said on Tuesday that he would not raise taxes. Congress cheered Bush."};
  article.published = parse_date("2004-05-03");
  BOOST_TEST(names(actors_of(shipped(), article)).find("George W. Bush") != std::string::npos);
  article.published = parse_date("1990-05-03");
  BOOST_TEST(names(actors_of(shipped(), article)).find("George H. W. Bush") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_president_is_not_the_namesake_whom_alone_the_article_names_in_full) {
  Article article;
  article.lang = "en";
  article.title = "Visit to the flood";
  article.body = {"On Tuesday President Trump and Melania Trump flew to the coast and met the people there."};
  article.published = parse_date("2017-08-29");
  BOOST_TEST(names(actors_of(shipped(), article)) == "Donald Trump; Melania Trump");
}

BOOST_AUTO_TEST_CASE(who_acts_stands_above_who_is_mentioned) {
  Article article;
  article.lang = "en";
  article.title = "Macron dissolves parliament";
  article.body = {"Emmanuel Macron dissolved the National Assembly on Sunday. Macron said the people must choose.",
                  "Markets fell. Macron spoke to Olaf Scholz late in the evening."};
  const auto actors = actors_of(shipped(), article);
  BOOST_TEST_REQUIRE(actors.size() >= 2U);
  BOOST_TEST(actors[0].name == "Emmanuel Macron");
  const auto scholz =
      std::find_if(actors.begin(), actors.end(), [](const Actor& a) { return a.name == "Olaf Scholz"; });
  BOOST_TEST_REQUIRE((scholz != actors.end()));
  BOOST_TEST(actors[0].salience > scholz->salience + 0.3);
  for (const Actor& actor : actors) BOOST_TEST((actor.salience >= 0 && actor.salience <= 1));
}

BOOST_AUTO_TEST_CASE(without_a_model_the_gazetteer_works_alone_and_says_so) {
  const test::TemporaryFolder folder;
  for (const char* name : {"persons.tsv", "organisations.tsv", "countries.tsv", "words.tsv"}) {
    std::filesystem::copy_file(kShipped / name, folder.path() / name);
  }
  std::ofstream(folder.path() / "overrides.tsv") << "merge\tNATO\tThe Alliance\ndrop\tFinland\n";
  const ActorData data = ActorData::load({.folders = {folder.path()}, .actor_files = {}, .overrides = {}});
  BOOST_TEST(data.summary().find("no tagger model") != std::string::npos);
  Article article;
  article.title = "Finland joins";
  article.body = {"Joe Biden welcomed Finland into NATO. Emily Thornbury was there."};
  std::vector<Actor> actors = actors_of(data, article);
  BOOST_TEST(names(actors) == "Finland; Joe Biden; NATO");
  ActorIdentities(data.gazetteer().overrides()).apply(actors);
  BOOST_TEST(names(actors) == "Joe Biden; The Alliance");
}

BOOST_AUTO_TEST_CASE(a_recogniser_forgets_the_article_before) {
  const auto recogniser = make_recogniser(shipped());
  const auto first = recogniser->recognise(article_of(kCases[0]));
  recogniser->recognise(article_of(kCases[2]));
  BOOST_TEST((recogniser->recognise(article_of(kCases[0])) == first));
}

BOOST_AUTO_TEST_CASE(hostile_text_costs_no_more_than_its_length) {
  Article article;
  article.lang = "en";
  std::string names_only;
  for (int at = 0; at < 20000; ++at)
    names_only +=
        "John " + std::string(1, static_cast<char>('A' + at % 26)) + "xq" + std::to_string(at) + "son Smith, ";
  article.body = {names_only, std::string(1000000, 'A'), std::string(300000, '.'), "\xC3\xA9\xE4\xB8\xAD"};
  const auto actors = actors_of(shipped(), article);
  BOOST_TEST(actors.size() < 30000U);
}

BOOST_AUTO_TEST_SUITE_END()
