// transforms := [step {"->" step}]    step := name ["(" [argument {"," argument}] ")"]    argument := [name "="] value
// value := number [".." number] | "[" number {"," number} "]" | word
#include "Transforms.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WORD 24
#define MAX_TEXT 65536

struct parser {
  const char *text;
  size_t at, start; // of what was read last
  uint32_t stream;
  char *message;
  mimo_status status;
};

struct value {
  enum { ONE, RANGE, LIST, WORD } form;
  int count;
  double numbers[MAX_NUMBERS];
  char word[MAX_WORD];
};

#define REFUSE(parser, place, format, ...)                                                                                               \
  ((parser)->status != MIMO_OK ? 0                                                                                                       \
                               : ((parser)->status = mimo_refuse((parser)->message, MIMO_INVALID_TRANSFORM, "column %zu: " format,       \
                                                                 (place) + 1, ##__VA_ARGS__),                                            \
                                  0))

static void skip_blanks(struct parser *parser) {
  while (isspace((unsigned char)parser->text[parser->at]))
    ++parser->at;
  parser->start = parser->at;
}

static int take(struct parser *parser, const char *sign) {
  skip_blanks(parser);
  size_t length = strlen(sign);
  if (strncmp(parser->text + parser->at, sign, length) != 0)
    return 0;
  parser->at += length;
  return 1;
}

static int expect(struct parser *parser, const char *sign, const char *after) {
  return take(parser, sign) || REFUSE(parser, parser->at, "'%s' is expected after %s", sign, after);
}

static int take_word(struct parser *parser, char *word) {
  skip_blanks(parser);
  size_t length = 0;
  while (isalnum((unsigned char)parser->text[parser->at + length]) || parser->text[parser->at + length] == '_')
    ++length;
  if (length == 0 || isdigit((unsigned char)parser->text[parser->at]))
    return 0;
  if (length >= MAX_WORD)
    return REFUSE(parser, parser->at, "'%.20s...' is no name of a transform or parameter", parser->text + parser->at);
  memcpy(word, parser->text + parser->at, length);
  word[length] = 0;
  parser->at += length;
  return 1;
}

// Up to 15 digits and powers of ten up to 22, which double precision holds exactly: one rounding, and no locale.
static int take_number(struct parser *parser, double *number) {
  skip_blanks(parser);
  const char *place = parser->text + parser->at;
  int negative = *place == '-', digits = 0, exponent = 0, any = 0;
  uint64_t mantissa = 0;
  place += *place == '-' || *place == '+';
  for (int after = 0; isdigit((unsigned char)*place) || (*place == '.' && !after && place[1] != '.'); ++place) {
    if (*place == '.') {
      after = 1;
      continue;
    }
    any = 1;
    digits += mantissa > 0 || *place != '0';
    exponent -= after;
    if (digits <= 15)
      mantissa = mantissa * 10 + (uint64_t)(*place - '0');
  }
  if (!any)
    return REFUSE(parser, parser->at, "a number is expected");
  if (*place == 'e' || *place == 'E') {
    char *end;
    long power = strtol(place + 1, &end, 10);
    if (end == place + 1)
      return REFUSE(parser, parser->at, "digits are missing after 'e'");
    exponent += power > 99 ? 99 : power < -99 ? -99 : (int)power;
    place = end;
  }
  if (digits > 15 || (mantissa && abs(exponent) > 22))
    return REFUSE(parser, parser->at, "a number has at most 15 digits and lies between 1e-22 and 1e22");
  double scale = 1;
  for (int i = 0; mantissa && i < abs(exponent); ++i)
    scale *= 10;
  *number = (exponent < 0 ? (double)mantissa / scale : (double)mantissa * scale) * (negative ? -1 : 1);
  parser->at = (size_t)(place - parser->text);
  return 1;
}

static int take_list(struct parser *parser, struct value *value) {
  value->form = LIST;
  do {
    if (value->count == MAX_NUMBERS)
      return REFUSE(parser, parser->at, "a list has at most %d numbers", MAX_NUMBERS);
    if (!take_number(parser, &value->numbers[value->count++]))
      return 0;
  } while (take(parser, ","));
  return expect(parser, "]", "a list");
}

static int take_value(struct parser *parser, struct value *value) {
  if (take(parser, "["))
    return take_list(parser, value);
  if (take_word(parser, value->word)) {
    value->form = WORD;
    return 1;
  }
  if (parser->status != MIMO_OK || !take_number(parser, &value->numbers[0]))
    return 0;
  value->count = 1;
  if (!take(parser, ".."))
    return 1;
  value->form = RANGE;
  value->count = 2;
  size_t place = parser->at;
  if (!take_number(parser, &value->numbers[1]))
    return 0;
  return value->numbers[0] <= value->numbers[1] || REFUSE(parser, place, "the range ends before it begins");
}

static int is_whole(double number, double least) { return number >= least && number <= 16384 && number == floor(number); }

static const char *const kWanted[] = {
    [SIZE] = "a whole number from 1 to 16384, or [height, width]",
    [AMOUNT] = "a whole number from 0 to 16384",
    [PROBABILITY] = "a number from 0 to 1",
    [NUMBER] = "a number",
    [POSITIVE] = "a positive number or a range of such, e.g. 0.5..1",
    [FACTOR] = "a number from 0 (0.4 means 0.6..1.4), or a range of such",
    [TURN] = "a number from 0 to 0.5 (0.1 means -0.1..0.1), or a range within -0.5..0.5",
    [ANGLE] = "an angle in degrees from 0 to 360 (10 means -10..10), or a range within -360..360",
    [NUMBERS] = "a number, or a list with one for each channel",
    [DIVISORS] = "a positive number, or a list with one for each channel",
    [FILTER] = "bilinear or nearest",
};

// Sets the argument, or says that the value is not what the parameter wants.
static int fits(enum parameter_type type, const struct value *value, struct argument *argument) {
  double a = value->numbers[0], b = value->form == RANGE ? value->numbers[1] : a;
  int one = value->form == ONE, range = value->form == RANGE, two = value->form == LIST && value->count == 2;
  argument->count = value->form == LIST ? value->count : 1;
  memcpy(argument->numbers, value->numbers, sizeof argument->numbers);
  if (!two && value->form != LIST)
    argument->numbers[1] = b;
  switch (type) {
  case SIZE: return (one || two) && is_whole(argument->numbers[0], 1) && is_whole(argument->numbers[1], 1);
  case AMOUNT: return one && is_whole(a, 0);
  case PROBABILITY: return one && a >= 0 && a <= 1;
  case NUMBER: return one;
  case POSITIVE: return (one || range) && a > 0;
  case FACTOR:
    if (one)
      argument->numbers[0] = fmax(0, 1 - a), argument->numbers[1] = 1 + a;
    return (one || range) && a >= 0;
  case TURN: case ANGLE:
    if (one)
      argument->numbers[0] = -a, argument->numbers[1] = a;
    b = type == TURN ? 0.5 : 360;
    return (range || (one && a >= 0)) && argument->numbers[0] >= -b && argument->numbers[1] <= b;
  case NUMBERS: return one || value->form == LIST;
  case DIVISORS:
    for (int i = 0; i < value->count; ++i)
      if (!(value->numbers[i] > 0))
        return 0;
    return one || value->form == LIST;
  case FILTER:
    argument->numbers[0] = strcmp(value->word, "nearest") == 0;
    return value->form == WORD && (argument->numbers[0] != 0 || strcmp(value->word, "bilinear") == 0);
  default: return 0;
  }
}

static int parameter_count(const struct transform_kind *kind) {
  int count = 0;
  while (count < MAX_PARAMETERS && kind->parameters[count].type != NONE)
    ++count;
  return count;
}

// Which parameter the next argument is for: the one that it names, or the first after the others.
static int parameter_of(struct parser *parser, const struct transform_kind *kind, int next, int *named) {
  char word[MAX_WORD];
  skip_blanks(parser);
  size_t before = parser->at;
  *named = take_word(parser, word) && take(parser, "=");
  int count = parameter_count(kind);
  if (!*named) {
    parser->at = before;
    if (next < 0)
      return REFUSE(parser, parser->at, "an argument without a name stands after one with a name") - 1;
    return next < count ? next : REFUSE(parser, parser->at, "'%s' takes at most %d arguments", kind->name, count) - 1;
  }
  for (int i = 0; i < count; ++i)
    if (strcmp(kind->parameters[i].name, word) == 0)
      return i;
  return REFUSE(parser, before, "'%s' has no parameter '%s'", kind->name, word) - 1;
}

static int take_arguments(struct parser *parser, struct transform *transform) {
  const struct transform_kind *kind = transform->kind;
  int next = 0;
  do {
    skip_blanks(parser);
    size_t begin = parser->at;
    int named = 0, place = parameter_of(parser, kind, next, &named);
    if (place < 0 || parser->status != MIMO_OK)
      return 0;
    if (transform->arguments[place].given)
      return REFUSE(parser, begin, "'%s' is given twice", kind->parameters[place].name);
    next = named ? -1 : place + 1;
    struct value value = {0};
    skip_blanks(parser);
    size_t start = parser->at;
    if (!take_value(parser, &value))
      return 0;
    if (!fits(kind->parameters[place].type, &value, &transform->arguments[place]))
      return REFUSE(parser, start, "'%s' of '%s' must be %s", kind->parameters[place].name, kind->name,
                    kWanted[kind->parameters[place].type]);
    transform->arguments[place].given = 1;
  } while (take(parser, ","));
  return expect(parser, ")", "the arguments");
}

static int set_defaults(struct parser *parser, struct transform *transform, size_t start) {
  for (int i = 0; i < parameter_count(transform->kind); ++i) {
    const struct parameter *parameter = &transform->kind->parameters[i];
    struct argument *argument = &transform->arguments[i];
    if (argument->given)
      continue;
    if (parameter->required)
      return REFUSE(parser, start, "'%s' needs '%s': %s", transform->kind->name, parameter->name, kWanted[parameter->type]);
    argument->count = 1;
    memcpy(argument->numbers, parameter->standard, sizeof parameter->standard);
  }
  return 1;
}

static size_t distance(const char *a, const char *b) {
  size_t row[MAX_WORD + 1], length = strlen(b);
  for (size_t j = 0; j <= length; ++j)
    row[j] = j;
  for (size_t i = 1; a[i - 1]; ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= length; ++j) {
      size_t changed = diagonal + (a[i - 1] != b[j - 1]), shorter = 1 + (row[j] < row[j - 1] ? row[j] : row[j - 1]);
      diagonal = row[j];
      row[j] = changed < shorter ? changed : shorter;
    }
  }
  return row[length];
}

static int refuse_name(struct parser *parser, size_t start, const char *word) {
  const char *nearest = NULL;
  size_t best = 3;
  for (size_t i = 0; i < mimo_kind_count; ++i) {
    size_t away = distance(word, mimo_kinds[i].name);
    if (away < best) {
      best = away;
      nearest = mimo_kinds[i].name;
    }
  }
  char all[256] = "";
  for (size_t i = 0; i < mimo_kind_count; ++i) {
    strcat(all, mimo_kinds[i].name);
    strcat(all, ", ");
  }
  return nearest ? REFUSE(parser, start, "there is no transform '%s'; did you mean '%s'?", word, nearest)
                 : REFUSE(parser, start, "there is no transform '%s' (there are %sstream)", word, all);
}

// `stream(N)`: what follows draws other numbers than the same transforms of another input.
static int take_stream(struct parser *parser) {
  double number = 0;
  skip_blanks(parser);
  size_t start = parser->at;
  if (!expect(parser, "(", "'stream'") || !take_number(parser, &number) || !expect(parser, ")", "the arguments"))
    return 0;
  if (!is_whole(number, 0))
    return REFUSE(parser, start + 1, "a stream is a whole number from 0 to 16384");
  parser->stream = (uint32_t)number;
  return 1;
}

static int take_step(struct parser *parser, mimo_transforms *transforms) {
  char word[MAX_WORD];
  skip_blanks(parser);
  size_t start = parser->at;
  if (!take_word(parser, word))
    return REFUSE(parser, start, "the name of a transform is expected");
  if (strcmp(word, "stream") == 0)
    return take_stream(parser);
  if (transforms->count == MAX_STEPS)
    return REFUSE(parser, start, "there are more than %d transforms", MAX_STEPS);
  struct transform *step = &transforms->steps[transforms->count];
  for (uint32_t i = 0; i < mimo_kind_count; ++i)
    if (strcmp(mimo_kinds[i].name, word) == 0)
      *step = (struct transform){.kind = &mimo_kinds[i], .number = i, .stream = parser->stream};
  if (!step->kind)
    return refuse_name(parser, start, word);
  for (size_t i = 0; i < transforms->count; ++i)
    step->occurrence += transforms->steps[i].kind == step->kind;
  ++transforms->count;
  if (take(parser, "(") && !take(parser, ")") && !take_arguments(parser, step))
    return 0;
  return set_defaults(parser, step, start);
}

mimo_status mimo_transforms_parse(const char *text, mimo_transforms **result, char *message) {
  struct parser parser = {.text = text, .message = message};
  if (strlen(text) > MAX_TEXT)
    return mimo_refuse(message, MIMO_INVALID_TRANSFORM, "column 1: the text is longer than %d bytes", MAX_TEXT);
  mimo_transforms *transforms = calloc(1, sizeof *transforms);
  if (!transforms)
    return mimo_refuse(message, MIMO_NO_MEMORY, "not enough memory for a list of transforms");
  skip_blanks(&parser);
  if (text[parser.at]) {
    while (take_step(&parser, transforms) && take(&parser, "->"))
      ;
    skip_blanks(&parser);
    if (parser.status == MIMO_OK && text[parser.at])
      (void)REFUSE(&parser, parser.at, "'->' and another transform are expected");
  }
  if (parser.status == MIMO_OK)
    *result = transforms;
  else
    free(transforms);
  return parser.status;
}

void mimo_transforms_free(mimo_transforms *transforms) { free(transforms); }
