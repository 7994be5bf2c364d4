# Libraries that a program which answers one question carries in itself (docs/decisions/0011): the dynamic loader would
# spend more time on them than the answer takes.
option(DATELINE_STATIC "Link dateline-search with archives of its libraries, where there are any" ON)

# dateline_data_libraries: ICU, SQLite and what packs; archives of them in targets that say DATELINE_STATIC.
set(archives)
if(DATELINE_STATIC AND NOT DATELINE_SANITIZE)
  foreach(name xxhash icui18n icuuc icudata sqlite3 deflate zstd)
    # Beside the shared one, whose headers are used.
    find_library(DATELINE_SHARED_${name} ${name})
    get_filename_component(beside "${DATELINE_SHARED_${name}}" DIRECTORY)
    find_library(DATELINE_ARCHIVE_${name} lib${name}.a PATHS "${beside}" NO_DEFAULT_PATH)
    mark_as_advanced(DATELINE_SHARED_${name} DATELINE_ARCHIVE_${name})
    list(APPEND archives ${DATELINE_ARCHIVE_${name}})
  endforeach()
  if("${archives}" MATCHES NOTFOUND)
    message(STATUS "dateline-search is linked with shared libraries: not all have an archive")
    set(archives)
  endif()
endif()
set(shared PkgConfig::XXHASH ICU::i18n ICU::uc SQLite::SQLite3 PkgConfig::DEFLATE PkgConfig::ZSTD)
add_library(dateline_data_libraries INTERFACE)
if(archives)
  list(APPEND archives m ${CMAKE_DL_LIBS} Threads::Threads)
  set(static $<BOOL:$<TARGET_PROPERTY:DATELINE_STATIC>>)
  target_link_libraries(dateline_data_libraries INTERFACE "$<IF:${static},${archives},${shared}>")
  # Our own code without relocations, too.
  target_link_options(dateline_data_libraries INTERFACE "$<${static}:-no-pie;-Wl,--gc-sections>")
else()
  target_link_libraries(dateline_data_libraries INTERFACE ${shared})
endif()
