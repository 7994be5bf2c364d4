// dateline-train-actors: trains the tagger's model, and scores a model on annotated text.
//
//   dateline-train-actors --data FOLDER --clusters FILE --out MODEL --note TEXT [--prune X] [--epochs N]
//   FILE.bio[=COPIES]… dateline-train-actors --data FOLDER --model MODEL --score FILE.bio…
#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "common/text.h"
#include "dateline/error.h"
#include "indexer/enrich/actors/training/corpus.h"
#include "indexer/enrich/actors/training/trainer.h"

namespace {

using namespace dateline::indexer;            // NOLINT(google-build-using-namespace): a main file
using namespace dateline::indexer::training;  // NOLINT(google-build-using-namespace)

struct Arguments {
  std::string data;
  std::string clusters;
  std::string out;
  std::string note;
  std::string model;
  std::string score_only;
  bool score = false;
  TrainerOptions options;
  std::vector<std::string> files;
};

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int at = 1; at < argc; ++at) {
    const std::string arg = argv[at];
    const auto value = [&]() -> std::string {
      if (at + 1 >= argc) throw dateline::Error(dateline::ErrorCode::usage, arg, "wants a value");
      return argv[++at];
    };
    if (arg == "--data")
      arguments.data = value();
    else if (arg == "--clusters")
      arguments.clusters = value();
    else if (arg == "--out")
      arguments.out = value();
    else if (arg == "--note")
      arguments.note = value();
    else if (arg == "--model")
      arguments.model = value();
    else if (arg == "--prune")
      arguments.options.prune_below = std::stof(value());
    else if (arg == "--epochs")
      arguments.options.epochs = std::stoi(value());
    else if (arg == "--rate")
      arguments.options.rate = std::stof(value());
    else if (arg == "--min-count")
      arguments.options.min_count = std::stoi(value());
    else if (arg == "--dropout")
      arguments.options.dropout = std::stof(value());
    else if (arg == "--keep")
      arguments.options.keep = std::stoul(value());
    else if (arg == "--recall-bias")
      arguments.options.recall_bias = std::stof(value());
    else if (arg == "--score")
      arguments.score = true;
    else
      arguments.files.push_back(arg);
  }
  if (arguments.data.empty() || arguments.files.empty() ||
      (arguments.score ? arguments.model : arguments.out).empty()) {
    throw dateline::Error(dateline::ErrorCode::usage, "dateline-train-actors",
                          "--data FOLDER and either --model MODEL --score or --clusters FILE --out MODEL, and files");
  }
  return arguments;
}

void read_clusters(const std::string& file, TaggerModel& model) {
  std::ifstream in(file);
  if (!in) throw dateline::Error(dateline::ErrorCode::io, file, "cannot be read");
  std::string line;
  while (std::getline(in, line)) {
    const auto fields = dateline::text::split(line, '\t');
    if (fields.size() != 4)
      throw dateline::Error(dateline::ErrorCode::usage, file, "wants a word and three numbers a line");
    const auto number = [&](std::size_t at) {
      return static_cast<std::uint16_t>(std::stoi(std::string(fields[at])) + 1);
    };
    const std::uint64_t key = word_key(fields[0]);
    if (model.clusters(key).fine == 0) model.add_clusters(key, {number(1), number(2), number(3)});
  }
}

void train(const Arguments& arguments, const Gazetteer& gazetteer) {
  TaggerModel model;
  read_clusters(arguments.clusters, model);
  model.set_note(arguments.note);
  const Matcher matcher(gazetteer);
  Trainer trainer(model, arguments.options);
  std::uint64_t seed = 1;
  for (const auto& file : arguments.files) {
    const auto equals = file.find('=');
    const int copies = equals == std::string::npos ? 1 : std::stoi(file.substr(equals + 1));
    for (int copy = 0; copy < copies; ++copy) {
      for (auto& document : read_bio(file.substr(0, equals))) {
        add_headlines(document, seed);
        auto prepared = prepare(std::move(document), matcher);
        repair(prepared, gazetteer);
        trainer.add(prepared);
      }
    }
  }
  trainer.train([](const std::string& line) { std::cerr << line << '\n'; });
  model.write(arguments.out);
  std::cerr << fmt::format("{}: {} features\n", arguments.out, model.feature_count());
}

void score(const Arguments& arguments, const Gazetteer& gazetteer) {
  const TaggerModel model{std::filesystem::path(arguments.model)};
  const Matcher matcher(gazetteer);
  Tagger tagger(model);
  for (const auto& file : arguments.files) {
    MentionScore total;
    for (auto& document : read_bio(file)) {
      auto prepared = prepare(std::move(document), matcher);
      repair(prepared, gazetteer);  // our scheme: no "the", no titles
      score_mentions(prepared, tagger, total);
    }
    const auto f1 = [&](std::size_t right) {
      return 200.0 * static_cast<double>(right) /
             static_cast<double>(std::max<std::size_t>(1, total.gold + total.found));
    };
    fmt::print("{}: {} mentions, {} found; F1 typed {:.1f}, untyped {:.1f}\n",
               std::filesystem::path(file).filename().string(), total.gold, total.found, f1(total.right),
               f1(total.right_untyped));
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Arguments arguments = parse(argc, argv);
    Gazetteer gazetteer;
    gazetteer.read_folder(arguments.data);
    gazetteer.freeze();
    if (arguments.score)
      score(arguments, gazetteer);
    else
      train(arguments, gazetteer);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
