#pragma once

#include <stdint.h>

/// How often this thread has asked for memory since it began: malloc, calloc, realloc and the aligned kinds.
uint64_t allocation_count(void);
