#include "common/cli/completion.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "common/cli/help.h"

namespace dateline::cli {
namespace {

std::vector<std::string> flags(const CLI::Option& option) {
  std::vector<std::string> out;
  for (const std::string& name : option.get_snames()) out.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) out.push_back("--" + name);
  return out;
}

bool names_folder(const CLI::Option& option) {
  return value_name(option) == "INDEX" || value_name(option) == "DIR";
}
bool names_file(const CLI::Option& option) {
  const std::string value = value_name(option);
  return value == "FILE" || value == "PATH" || value.ends_with(".tsv");
}

std::string identifier(std::string name) {
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
}

/// Text inside single quotes of a shell.
std::string single_quoted(std::string_view s) {
  std::string out;
  for (const char c : s) out += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return out;
}

/// Text inside an _arguments specification, where brackets and colons part the fields.
std::string specification(std::string_view s) {
  std::string out;
  for (const char c : s) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return single_quoted(out);
}

std::string bash_value_cases(const CLI::App& app) {
  std::string out;
  for (const CLI::Option* option : visible_options(app)) {
    if (value_name(*option).empty()) continue;
    std::string action = "return";
    if (const std::vector<std::string> values = choices(*option); !values.empty()) {
      action = fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$cur\")); return", fmt::join(values, " "));
    } else if (names_folder(*option)) {
      action = "COMPREPLY=($(compgen -d -- \"$cur\")); return";
    } else if (names_file(*option)) {
      action = "COMPREPLY=($(compgen -f -- \"$cur\")); return";
    }
    out += fmt::format("    {}) {} ;;\n", fmt::join(flags(*option), "|"), action);
  }
  return out;
}

std::string all_flags(const CLI::App& app) {
  std::vector<std::string> out;
  for (const CLI::Option* option : visible_options(app)) {
    for (std::string& flag : flags(*option)) out.push_back(std::move(flag));
  }
  return fmt::format("{}", fmt::join(out, " "));
}

std::string zsh_specifications(const CLI::App& app) {
  std::string out;
  for (const CLI::Option* option : visible_options(app)) {
    std::string value;
    if (const std::string name = value_name(*option); !name.empty()) {
      value = fmt::format(":{}:", specification(name));
      if (const std::vector<std::string> values = choices(*option); !values.empty()) {
        value += fmt::format("({})", fmt::join(values, " "));
      } else if (names_folder(*option)) {
        value += "_files -/";
      } else if (names_file(*option)) {
        value += "_files";
      } else {
        value += " ";
      }
    }
    for (const std::string& flag : flags(*option)) {
      out += fmt::format("    '*{}[{}]{}' \\\n", flag, specification(option->get_description()), value);
    }
  }
  return out;
}

/// What the words of a command line are: paths, or text that no shell can complete.
bool takes_paths(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional() && option->get_name(true).find("PATH") != std::string::npos) return true;
  }
  return false;
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  const std::string name = app.get_name();
  std::vector<std::string> words;
  std::string command_cases;
  for (const CLI::App* command : commands_of(app)) {
    words.push_back(command->get_name());
    command_cases +=
        fmt::format("    {}) flags='{} {}' ;;\n", command->get_name(), all_flags(*command), all_flags(app));
  }
  std::string value_cases = bash_value_cases(app);
  for (const CLI::App* command : commands_of(app)) value_cases += bash_value_cases(*command);
  return fmt::format(
      "# bash completion for {0}; made from its options.\n"
      "_{1}() {{\n"
      "  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} flags='{2}'\n"
      "  COMPREPLY=()\n"
      "  case $prev in\n{3}  esac\n"
      "  case ${{COMP_WORDS[1]}} in\n{4}    *) ;;\n  esac\n"
      "  if [[ $cur == -* ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$flags\" -- \"$cur\"))\n"
      "  elif ((COMP_CWORD == 1)); then\n"
      "    COMPREPLY=($(compgen -W '{5}' -- \"$cur\"))\n"
      "  fi\n"
      "{6}"
      "}}\n"
      "complete -F _{1} {0}\n",
      name, identifier(name), all_flags(app), value_cases, command_cases, fmt::join(words, " "),
      takes_paths(app) ? "  [[ $cur == -* ]] || COMPREPLY+=($(compgen -f -- \"$cur\"))\n" : "");
}

std::string zsh_completion(const CLI::App& app) {
  const std::string name = app.get_name();
  std::string words;
  std::string command_cases;
  for (const CLI::App* command : commands_of(app)) {
    words += fmt::format("    '{}:{}'\n", command->get_name(), specification(command->get_description()));
    command_cases +=
        fmt::format("  if [[ ${{words[2]}} == {} ]]; then\n    _arguments \\\n{}{}    '*: :'\n    return\n  fi\n",
                    command->get_name(), zsh_specifications(*command), zsh_specifications(app));
  }
  return fmt::format(
      "#compdef {0}\n"
      "# zsh completion for {0}; made from its options.\n"
      "_{1}() {{\n"
      "  local -a commands\n"
      "  commands=(\n{2}  )\n"
      "{3}"
      "  _arguments \\\n{4}    '1: :{{_describe command commands{6}}}' \\\n    '*:{5}'\n"
      "}}\n"
      "_{1} \"$@\"\n",
      name, identifier(name), words, command_cases, zsh_specifications(app), takes_paths(app) ? "path:_files" : " :",
      takes_paths(app) ? "; _files" : "");
}

}  // namespace dateline::cli
