#include "common/cli/man_page.h"

#include <fmt/format.h>

#include <cctype>
#include <string_view>
#include <vector>

#include "common/cli/help.h"
#include "common/text.h"

namespace dateline::cli {
namespace {

/// Text as roff shows it literally. Characters beyond ASCII are written as named code points.
std::string escape(std::string_view s) {
  std::string out;
  // A line that begins with a dot or an apostrophe would be a request.
  if (!s.empty() && (s.front() == '.' || s.front() == '\'')) out += "\\&";
  for (std::size_t pos = 0; pos < s.size();) {
    const char32_t c = text::decode(s, pos);
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\'') {
      out += "\\(aq";
    } else if (c == '`') {
      out += "\\(ga";
    } else if (c == '^') {
      out += "\\(ha";
    } else if (c == '~') {
      out += "\\(ti";
    } else if (c < 0x80) {
      out += static_cast<char>(c);
    } else {
      out += fmt::format("\\[u{:04X}]", static_cast<unsigned>(c));
    }
  }
  return out;
}

/// Running text: mdoc wants each sentence on a line of its own.
std::string prose(std::string_view s) {
  std::string out;
  while (!s.empty()) {
    const std::size_t stop = s.find(". ");
    out += escape(s.substr(0, stop == std::string_view::npos ? stop : stop + 1)) + '\n';
    s = stop == std::string_view::npos ? std::string_view{} : s.substr(stop + 2);
  }
  return out;
}

/// An argument of a macro: quoted, so that neither a macro's name nor punctuation in it means anything.
std::string argument(std::string_view s) {
  std::string out = "\"\\&";
  for (const char c : escape(s)) out += c == '"' ? std::string{"\\(dq"} : std::string{c};
  return out + '"';
}

std::string upper(std::string s) {
  for (char& c : s) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return s;
}

void append_option(std::string& out, const CLI::Option& option) {
  const std::string value = value_name(option);
  std::string names;
  const auto add = [&](const std::string& flag) {
    names += (names.empty() ? "" : " , ") + fmt::format("Fl {}", flag);
    if (!value.empty()) names += " Ar " + argument(value);
  };
  for (const std::string& name : option.get_snames()) add(argument(name));
  for (const std::string& name : option.get_lnames()) add(argument("-" + name));
  std::string description = option.get_description();
  if (!description.empty() && description.back() != '.') description += '.';
  if (const std::vector<std::string> values = choices(option); !values.empty()) {
    description += fmt::format(" One of: {}.", fmt::join(values, ", "));
  }
  if (!option.get_default_str().empty()) description += fmt::format(" Default: {}.", option.get_default_str());
  out += fmt::format(".It {}\n{}", names, prose(description));
}

void append_options(std::string& out, const CLI::App& app) {
  for (const std::string& group : app.get_groups()) {
    std::string items;
    for (const CLI::Option* option : visible_options(app)) {
      if (option->get_group() == group) append_option(items, *option);
    }
    if (items.empty()) continue;
    out += fmt::format(".Ss {}\n.Bl -tag -width Ds\n{}.El\n", escape(group), items);
  }
}

std::string command_list(const CLI::App& app) {
  std::string out = ".Bl -tag -width Ds\n";
  for (const CLI::App* command : commands_of(app))
    out += fmt::format(".It Ic {}\n{}\n", argument(command->get_name()), escape(command->get_description()));
  return out + ".El\n";
}

/// What a command has of commands and options, and what those have.
void append_command(std::string& out, const CLI::App& command) {
  const std::string name = escape(command_path(command));
  if (!commands_of(command).empty()) out += fmt::format(".Ss Commands of {}\n", name) + command_list(command);
  std::string options;
  for (const CLI::Option* option : visible_options(command)) {
    if (option->get_name(false) != "--help") append_option(options, *option);
  }
  if (!options.empty()) out += fmt::format(".Ss Options of {}\n.Bl -tag -width Ds\n{}.El\n", name, options);
  for (const CLI::App* below : commands_of(command)) append_command(out, *below);
}

void append_paragraphs(std::string& out, const std::vector<std::string>& paragraphs) {
  for (std::size_t i = 0; i < paragraphs.size(); ++i) out += (i == 0 ? "" : ".Pp\n") + prose(paragraphs[i]);
}

}  // namespace

std::string man_page(const CLI::App& app, const Manual& manual) {
  std::string out = fmt::format(".Dd {}\n.Dt {} 1\n.Os Dateline {}\n.Sh NAME\n.Nm {}\n.Nd {}\n.Sh SYNOPSIS\n",
                                manual.date, upper(manual.name), manual.version, manual.name, escape(manual.summary));
  for (const std::string& line : manual.synopsis) out += fmt::format(".Nm\n{}\n", escape(line));
  out += ".Sh DESCRIPTION\n";
  append_paragraphs(out, manual.description);
  if (!commands_of(app).empty()) out += ".Ss Commands\nA command counts only as the first word.\n" + command_list(app);
  append_options(out, app);
  for (const CLI::App* command : commands_of(app)) append_command(out, *command);
  // mdoc(7) has an order for the sections it knows.
  const auto section = [&](bool before_examples) {
    for (const Section& s : manual.sections) {
      const bool early = s.title == "ENVIRONMENT" || s.title == "FILES" || s.title == "EXIT STATUS";
      if (early != before_examples) continue;
      out += fmt::format(".Sh {}\n", s.title);
      append_paragraphs(out, s.paragraphs);
    }
  };
  section(true);
  out += ".Sh EXAMPLES\n";
  for (std::size_t i = 0; i < manual.examples.size(); ++i) {
    const Example& example = manual.examples[i];
    out += fmt::format("{}{}:\n.Pp\n.Dl {}\n", i == 0 ? "" : ".Pp\n", escape(example.what), argument(example.command));
  }
  if (!manual.see_also.empty()) {
    out += ".Sh SEE ALSO\n";
    for (std::size_t i = 0; i < manual.see_also.size(); ++i) {
      out += fmt::format(".Xr {}{}\n", manual.see_also[i], i + 1 < manual.see_also.size() ? " ," : "");
    }
  }
  section(false);
  return out;
}

}  // namespace dateline::cli
