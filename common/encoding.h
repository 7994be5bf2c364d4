// Bytes of any encoding -> UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace dateline {

/// Converts to valid UTF-8 (not yet NFC or cleaned). Order of evidence: byte order mark; valid UTF-8; `declared`
/// (WHATWG label from a protocol or a meta element, case-insensitive, may be empty or unknown); detection
/// (uchardet); windows-1252. UTF-8 that was encoded twice is repaired. Never fails: what cannot be mapped becomes
/// U+FFFD. `used`, if not null, receives the lower-case name of the encoding.
[[nodiscard]] std::string to_utf8(std::string_view bytes, std::string_view declared = {}, std::string* used = nullptr);

}  // namespace dateline
