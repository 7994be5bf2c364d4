/* Dateline in C: search in an index of news, for any language that can call C.
 *
 * Requests and answers are JSON in UTF-8, those of the HTTP service (docs/http-api.md): the parameters of an address
 * are the members of the request, a repeated one is a list: {"q": "Putin AND sanctions", "source": ["Reuters"],
 * "limit": 5}.
 *
 * Every function may be called from any thread. None of them throws, prints or exits. A new state of the index is seen
 * by the next call. The ABI changes with the SOVERSION of the library alone. */
#ifndef DATELINE_H
#define DATELINE_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dateline_index dateline_index;

enum dateline_status {
  DATELINE_OK = 0,
  DATELINE_BAD_REQUEST = 1, /* the request or its query makes no sense */
  DATELINE_NOT_FOUND = 2,   /* no article has this id */
  DATELINE_GONE = 3,        /* the cursor's state of the index is gone */
  DATELINE_DEADLINE = 4,    /* the search took too long */
  DATELINE_INDEX = 5,       /* the index is missing, damaged, being changed, or of another schema */
  DATELINE_INTERNAL = 6     /* a bug of ours, or no memory */
};

/* Opens an index. *out is NULL unless DATELINE_OK is returned. *answer, if asked for, says what went wrong: a problem
 * in JSON, to be given to dateline_free; NULL if nothing did. */
int dateline_open(const char* folder, dateline_index** out, char** answer);

/* Closes it; no call may be under way. NULL is fine. */
void dateline_close(dateline_index* index);

/* Each asks what the address of its name asks (/v1/search, …). *answer is the JSON, of a failure a problem, and goes to
 * dateline_free; it is never NULL but for want of memory. dateline_cite answers with the citation itself. */
int dateline_search(dateline_index* index, const char* request, char** answer);
int dateline_article(dateline_index* index, const char* request, char** answer);
int dateline_related(dateline_index* index, const char* request, char** answer);
int dateline_timeline(dateline_index* index, const char* request, char** answer);
int dateline_cite(dateline_index* index, const char* request, char** answer);
/* The first call reads what can be completed and takes as long as that takes; see Searcher::completions. */
int dateline_suggest(dateline_index* index, const char* request, char** answer);

/* Frees an answer. NULL is fine. */
void dateline_free(char* answer);

/* "0.1.0" */
const char* dateline_version(void);

#ifdef __cplusplus
}
#endif

#endif
