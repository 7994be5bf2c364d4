/* Searches an index from C:  search INDEX QUERY */
#include <dateline.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The query as a JSON string. */
static char* quoted(const char* text) {
  char* out = malloc(6 * strlen(text) + 3);
  char* to = out;
  if (out == NULL) return NULL;
  *to++ = '"';
  for (; *text != '\0'; ++text) {
    const unsigned char c = (unsigned char)*text;
    to += c < 0x20 || c == '"' || c == '\\' ? sprintf(to, "\\u%04x", c) : sprintf(to, "%c", c);
  }
  strcpy(to, "\"");
  return out;
}

int main(int argc, char** argv) {
  dateline_index* index = NULL;
  char* answer = NULL;
  char* query;
  char* request;
  int status;
  if (argc != 3) {
    fprintf(stderr, "usage: %s INDEX QUERY\n", argv[0]);
    return 2;
  }
  status = dateline_open(argv[1], &index, &answer);
  if (status != DATELINE_OK) {
    fprintf(stderr, "%s\n", answer != NULL ? answer : "cannot open");
    dateline_free(answer);
    return 1;
  }
  query = quoted(argv[2]);
  request = malloc(strlen(query) + 64);
  sprintf(request, "{\"q\": %s, \"limit\": 3, \"facet\": [\"source\"]}", query);
  status = dateline_search(index, request, &answer);
  fprintf(status == DATELINE_OK ? stdout : stderr, "%s\n", answer);
  dateline_free(answer);
  free(request);
  free(query);
  dateline_close(index);
  return status == DATELINE_OK ? 0 : 1;
}
