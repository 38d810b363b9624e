// As much of JSON as headers of safetensors files and descriptions of models need.
#include "Internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 64

static void skip_blanks(struct json *json) {
  while (json->at < json->end && (*json->at == ' ' || *json->at == '\t' || *json->at == '\n' || *json->at == '\r'))
    ++json->at;
}

int mimo_json_take(struct json *json, char sign) {
  skip_blanks(json);
  if (json->at == json->end || *json->at != sign)
    return 0;
  ++json->at;
  return 1;
}

static int hex_digits(struct json *json, uint32_t *code) {
  *code = 0;
  for (int i = 0; i < 4; ++i, ++json->at) {
    if (json->at == json->end || !isxdigit((unsigned char)*json->at))
      return 0;
    int digit = isdigit((unsigned char)*json->at) ? *json->at - '0' : (*json->at | 32) - 'a' + 10;
    *code = *code << 4 | (uint32_t)digit;
  }
  return 1;
}

// A `\u` escape as UTF-8; pairs of surrogates make one character.
static int take_code(struct json *json, char **out) {
  uint32_t code, low;
  if (!hex_digits(json, &code) || code == 0)
    return 0;
  if (code >= 0xd800 && code < 0xe000) {
    if (code >= 0xdc00 || json->end - json->at < 6 || json->at[0] != '\\' || json->at[1] != 'u')
      return 0;
    json->at += 2;
    if (!hex_digits(json, &low) || low < 0xdc00 || low >= 0xe000)
      return 0;
    code = 0x10000 + ((code - 0xd800) << 10 | (low - 0xdc00));
  }
  int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  static const unsigned char lead[4] = {0, 0xc0, 0xe0, 0xf0};
  *(*out)++ = (char)(lead[more] | code >> 6 * more);
  for (int i = more - 1; i >= 0; --i)
    *(*out)++ = (char)(0x80 | (code >> 6 * i & 63));
  return 1;
}

static int take_escape(struct json *json, char **out) {
  static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
  if (json->at == json->end)
    return 0;
  char c = *json->at++;
  if (c == 'u')
    return take_code(json, out);
  const char *found = c ? strchr(names, c) : NULL;
  if (found)
    *(*out)++ = values[found - names];
  return found != NULL;
}

int mimo_json_string(struct json *json, char **text) {
  if (!mimo_json_take(json, '"'))
    return 0;
  const char *close = json->at;
  while (close < json->end && *close != '"')
    close += *close == '\\' ? 2 : 1;
  if (close >= json->end || !(*text = malloc((size_t)(close - json->at) + 1)))
    return 0;
  char *out = *text; // an escape is never shorter than what it stands for
  while (json->at < close) {
    char c = *json->at++;
    if (c == '\\' ? !take_escape(json, &out) : (unsigned char)c < 32) {
      free(*text);
      *text = NULL;
      return 0;
    }
    if (c != '\\')
      *out++ = c;
  }
  *out = 0;
  json->at = close + 1;
  return 1;
}

int mimo_json_whole(struct json *json, int64_t *number) {
  skip_blanks(json);
  const char *first = json->at;
  *number = 0;
  for (; json->at < json->end && isdigit((unsigned char)*json->at); ++json->at)
    if (__builtin_mul_overflow(*number, 10, number) || __builtin_add_overflow(*number, *json->at - '0', number))
      return 0;
  return json->at > first && (json->at == json->end || !strchr(".eE", *json->at) || !*json->at);
}

int mimo_json_element(struct json *json, int *first) {
  if (mimo_json_take(json, ']'))
    return 0;
  int more = *first || mimo_json_take(json, ',');
  *first = 0;
  return more ? 1 : -1;
}

int mimo_json_key(struct json *json, int *first, char **key) {
  if (mimo_json_take(json, '}'))
    return 0;
  if (!*first && !mimo_json_take(json, ','))
    return -1;
  *first = 0;
  if (!mimo_json_string(json, key))
    return -1;
  if (mimo_json_take(json, ':'))
    return 1;
  free(*key);
  return -1;
}

int mimo_json_shape(struct json *json, int64_t *sizes, int *rank) {
  int first = 1, more;
  *rank = 0;
  if (!mimo_json_take(json, '['))
    return 0;
  while ((more = mimo_json_element(json, &first)) > 0)
    if (*rank == MAX_RANK || !mimo_json_whole(json, &sizes[(*rank)++]))
      return 0;
  return more == 0;
}

static int skip(struct json *json, int depth) {
  int first = 1, more;
  char *text = NULL;
  if (depth > MAX_DEPTH)
    return 0;
  if (mimo_json_take(json, '{')) {
    while ((more = mimo_json_key(json, &first, &text)) > 0) {
      free(text);
      if (!skip(json, depth + 1))
        return 0;
    }
    return more == 0;
  }
  if (mimo_json_take(json, '[')) {
    while ((more = mimo_json_element(json, &first)) > 0)
      if (!skip(json, depth + 1))
        return 0;
    return more == 0;
  }
  if (mimo_json_string(json, &text)) {
    free(text);
    return 1;
  }
  const char *begin = json->at; // a number, true, false or null
  while (json->at < json->end && (isalnum((unsigned char)*json->at) || (*json->at && strchr("+-.", *json->at))))
    ++json->at;
  return json->at > begin;
}

int mimo_json_skip(struct json *json) { return skip(json, 0); }
