#include "common/cli/help.h"

#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>
#include <string_view>

#include "common/text.h"

namespace dateline::cli {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kColumn = 30;

/// `text` broken at spaces so that lines fill kWidth columns; lines after the first begin at kColumn.
std::string wrapped(std::string_view text, std::size_t column) {
  std::string out;
  std::size_t used = column;
  for (const std::string_view word : text::split(text, ' ')) {
    const std::size_t width = text::display_width(word);
    if (used > column && used + 1 + width > kWidth) {
      out += '\n' + std::string(column, ' ');
      used = column;
    } else if (used > column) {
      out += ' ';
      ++used;
    }
    out += word;
    used += width;
  }
  return out;
}

std::string option_line(const CLI::Option& option) {
  std::string names;
  for (const std::string& name : option.get_snames()) names += (names.empty() ? "-" : ", -") + name;
  if (names.empty()) names = "    ";
  for (const std::string& name : option.get_lnames()) {
    names += (names.back() == ' ' ? "--" : ", --") + name;
  }
  if (const std::string value = value_name(option); !value.empty()) names += ' ' + value;
  std::string description = option.get_description();
  if (const std::vector<std::string> values = choices(option); !values.empty()) {
    description += fmt::format(" ({})", fmt::join(values, ", "));
  }
  if (!option.get_default_str().empty()) description += fmt::format(" [{}]", option.get_default_str());
  std::string line = "  " + names;
  const std::size_t width = text::display_width(line);
  line += width + 2 > kColumn ? '\n' + std::string(kColumn, ' ') : std::string(kColumn - width, ' ');
  return line + wrapped(description, kColumn) + '\n';
}

class Help final : public CLI::Formatter {
 public:
  explicit Help(Manual manual) : manual_(std::move(manual)) {}

  std::string make_help(const CLI::App* app, std::string /*name*/, CLI::AppFormatMode /*mode*/) const override {
    return app->get_parent() == nullptr ? program_help(*app) : subcommand_help(*app);
  }

 private:
  [[nodiscard]] std::string program_help(const CLI::App& app) const {
    std::string out = fmt::format("{}: {}\n\nExamples:\n", manual_.name, manual_.summary);
    for (const Example& example : manual_.examples) {
      out += fmt::format("  {}\n      {}\n", example.command, wrapped(example.what, 6));
    }
    out += "\nUsage:\n";
    for (const std::string& line : manual_.synopsis) out += fmt::format("  {} {}\n", manual_.name, line);
    if (!commands_of(app).empty()) out += "\nCommands (as the first word):\n" + commands(app);
    return out + options(app) + fmt::format("\nMore: man {}\n", manual_.name);
  }

  [[nodiscard]] std::string subcommand_help(const CLI::App& app) const {
    std::string positionals;
    for (const CLI::Option* option : app.get_options([](const CLI::Option* o) { return o->get_positional(); })) {
      positionals += ' ' + make_option_usage(option);
    }
    const std::string name = manual_.name + ' ' + command_path(app);
    std::string out = fmt::format("{}: {}\n\nUsage:\n", name, app.get_description());
    if (commands_of(app).empty()) return out + fmt::format("  {} [OPTIONS]{}\n{}", name, positionals, options(app));
    return out + fmt::format("  {} COMMAND [OPTIONS]\n\nCommands:\n{}{}\n{} COMMAND --help: its options\n", name,
                             commands(app), options(app), name);
  }

  [[nodiscard]] static std::string commands(const CLI::App& app) {
    std::string out;
    for (const CLI::App* command : commands_of(app)) {
      out +=
          fmt::format("  {:<{}}{}\n", command->get_name(), kColumn - 2, wrapped(command->get_description(), kColumn));
    }
    return out;
  }

  [[nodiscard]] static std::string options(const CLI::App& app) {
    std::string out;
    for (const std::string& group : app.get_groups()) {
      std::string lines;
      for (const CLI::Option* option : visible_options(app)) {
        if (option->get_group() == group) lines += option_line(*option);
      }
      if (!lines.empty()) out += fmt::format("\n{}:\n{}", group, lines);
    }
    return out;
  }

  Manual manual_;
};

std::size_t first_word(const CLI::App& app, const std::vector<std::string>& args) {
  const auto takes_value = [&](const std::string& name) {
    const CLI::Option* option = app.get_option_no_throw(name);
    return option != nullptr && option->get_items_expected_min() > 0;
  };
  std::size_t at = 0;
  for (; at < args.size() && args[at] != "--"; ++at) {
    const std::string& arg = args[at];
    if (arg.size() < 2 || arg.front() != '-') return at;
    const bool value_apart = arg[1] == '-' ? arg.find('=') == std::string::npos : arg.size() == 2;
    if (value_apart && takes_value(arg)) ++at;
  }
  return args.size();
}

const CLI::App* subcommand_named(const CLI::App& app, std::string_view name) {
  for (const CLI::App* command : commands_of(app)) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

/// `args` with the name of a subcommand of `command` first. `app` knows the options that take a value.
std::vector<std::string> command_first(const CLI::App& app, const CLI::App& command, std::vector<std::string> args) {
  const std::size_t word = first_word(app, args);
  const CLI::App* chosen = word < args.size() ? subcommand_named(command, args[word]) : nullptr;
  if (chosen == nullptr) return args;
  args.erase(args.begin() + static_cast<std::ptrdiff_t>(word));
  std::vector<std::string> behind = command_first(app, *chosen, std::move(args));
  behind.insert(behind.begin(), chosen->get_name());
  return behind;
}

}  // namespace

void set_help(CLI::App& app, const Manual& manual) {
  const auto help = std::make_shared<Help>(manual);
  const auto set = [&](CLI::App& command, const auto& again) -> void {
    command.formatter(help);
    for (CLI::App* below : command.get_subcommands([](CLI::App*) { return true; })) again(*below, again);
  };
  set(app, set);
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::string command_path(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  if (parent == nullptr) return {};
  const std::string above = command_path(*parent);
  return above.empty() ? command.get_name() : above + ' ' + command.get_name();
}

std::string value_name(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return {};
  std::string name = option.get_type_name();
  return name.substr(0, name.find(':'));
}

std::vector<std::string> choices(const CLI::Option& option) {
  const std::string name = option.get_type_name();
  const std::size_t open = name.find('{');
  const std::size_t close = name.find('}', open == std::string::npos ? 0 : open);
  std::vector<std::string> out;
  if (open == std::string::npos || close == std::string::npos) return out;
  for (const std::string_view value : text::split(std::string_view{name}.substr(open + 1, close - open - 1), ',')) {
    out.emplace_back(value);
  }
  return out;
}

std::vector<const CLI::Option*> visible_options(const CLI::App& app) {
  return app.get_options(
      [](const CLI::Option* option) { return option->nonpositional() && !option->get_group().empty(); });
}

bool restrict_subcommands(CLI::App& app, const std::vector<std::string>& args) {
  const std::size_t word = first_word(app, args);
  if (word < args.size() && subcommand_named(app, args[word]) != nullptr) return true;
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) command->disabled();
  return false;
}

std::vector<std::string> command_first(const CLI::App& app, const std::vector<std::string>& args) {
  return command_first(app, app, args);
}

}  // namespace dateline::cli
