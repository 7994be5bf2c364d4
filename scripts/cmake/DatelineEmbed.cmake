# dateline_embed(TARGET NAMESPACE FILE…): compiles files into TARGET. The header "embedded.h", beside the target's build
# files, declares `std::string_view embedded(std::string_view name)` in NAMESPACE: the bytes of a file by its name, or
# nothing.
function(dateline_embed target namespace)
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  set(script ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embed_files.cmake)
  list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE files)
  add_custom_command(
    OUTPUT ${dir}/embedded.cc
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${dir}/embedded.cc -DNAMESPACE=${namespace} "-DFILES=${files}" -P ${script}
    DEPENDS ${files} ${script} VERBATIM)
  file(CONFIGURE OUTPUT ${dir}/embedded.h CONTENT
"// Generated: files that are compiled in.
#pragma once

#include <string_view>

namespace ${namespace} {

/// The bytes of a file by its name; empty if there is none of this name.
[[nodiscard]] std::string_view embedded(std::string_view name);

}  // namespace ${namespace}
")
  target_sources(${target} PRIVATE ${dir}/embedded.cc)
  target_include_directories(${target} PRIVATE ${dir})
endfunction()
