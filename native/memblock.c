/*
 * Times a list of memblock operations on the kernel's own mm/memblock.c, which is included whole from an unpacked
 * source tree (MEMBLOCK_C) and built with that tree's user-space headers (tools/testing/memblock).
 *
 * usage: memblock OPS REPEATS
 * OPS holds little-endian 64-bit words: the arena's start and end, then per operation its code, five arguments and the
 * result that is expected. Prints nanoseconds per operation of each repeat, one a line; exits with 1 if a result
 * differs. With 0 repeats it runs them once and prints the number of the first call that differs, and its result. The arena is address space for region tables that the operations make memblock allocate.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/init.h>
#include <linux/bitops.h>
#include <linux/pfn.h>
#include <linux/memblock.h>

bool movable_node_enabled;

void *kmalloc(size_t size, gfp_t gfp)
{
	return malloc(size);
}

void kfree(void *p)
{
	free(p);
}

static int report(FILE *out, const char *line)
{
	return fputs(line, out);
}

/* Warnings of memblock.c would only be noise in the measurement. */
#define printf(...) ((void)0)
#define fprintf(...) ((void)0)
#include MEMBLOCK_C
#undef printf
#undef fprintf

enum { ADD, ADD_NODE, RESERVE, FREE, PHYS_ALLOC_RANGE, ALLOC_TRY_NID, ALLOC_EXACT, REMOVE, SET_NODE, ALLOW_RESIZE, SET_BOTTOM_UP };

struct op {
	uint64_t code, a, b, c, d;
	int64_t nid;
	uint64_t expected;
};

static void reset(void)
{
	memset(memblock_memory_init_regions, 0, sizeof(memblock_memory_init_regions));
	memset(memblock_reserved_init_regions, 0, sizeof(memblock_reserved_init_regions));
	memblock.memory.regions = memblock_memory_init_regions;
	memblock.reserved.regions = memblock_reserved_init_regions;
	memblock.memory.cnt = memblock.reserved.cnt = 1;
	memblock.memory.max = ARRAY_SIZE(memblock_memory_init_regions);
	memblock.reserved.max = ARRAY_SIZE(memblock_reserved_init_regions);
	memblock.memory.total_size = memblock.reserved.total_size = 0;
	memblock.bottom_up = false;
	memblock.current_limit = MEMBLOCK_ALLOC_ANYWHERE;
	memblock_can_resize = 0;
}

static uint64_t run(const struct op *o)
{
	switch (o->code) {
	case ADD:
		return memblock_add(o->a, o->b);
	case ADD_NODE:
		return memblock_add_node(o->a, o->b, o->nid, 0);
	case RESERVE:
		return memblock_reserve(o->a, o->b);
	case FREE:
		return memblock_phys_free(o->a, o->b);
	case PHYS_ALLOC_RANGE:
		return memblock_phys_alloc_range(o->a, o->b, o->c, o->d);
	case ALLOC_TRY_NID:
		return (uintptr_t)memblock_alloc_try_nid_raw(o->a, o->b, o->c, o->d, o->nid);
	case ALLOC_EXACT:
		return (uintptr_t)memblock_alloc_exact_nid_raw(o->a, o->b, o->c, o->d, o->nid);
	case REMOVE:
		return memblock_remove(o->a, o->b);
	case SET_NODE:
		return memblock_set_node(o->a, o->b, &memblock.memory, o->nid);
	case ALLOW_RESIZE:
		memblock_allow_resize();
		return 0;
	case SET_BOTTOM_UP:
		memblock_set_bottom_up(o->a);
		return 0;
	}
	return ~0ULL;
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static int fail(const char *what)
{
	report(stderr, what);
	report(stderr, "\n");
	return 1;
}

int main(int argc, char **argv)
{
	char line[64];
	uint64_t arena[2];
	struct op *ops;
	size_t n;
	FILE *f;

	if (argc != 3)
		return fail("usage: memblock OPS REPEATS");
	f = fopen(argv[1], "rb");
	if (!f || fread(arena, sizeof(arena), 1, f) != 1)
		return fail("cannot read the operations");
	fseek(f, 0, SEEK_END);
	n = (ftell(f) - sizeof(arena)) / sizeof(*ops);
	fseek(f, sizeof(arena), SEEK_SET);
	ops = malloc(n * sizeof(*ops));
	if (!ops || fread(ops, sizeof(*ops), n, f) != n)
		return fail("cannot read the operations");
	fclose(f);
	if (arena[1] && mmap((void *)arena[0], arena[1] - arena[0], PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0) != (void *)arena[0])
		return fail("cannot map the arena");

	if (atoi(argv[2]) == 0) {
		reset();
		for (size_t i = 0; i < n; i++) {
			uint64_t got = run(&ops[i]);

			if (got == ops[i].expected)
				continue;
			snprintf(line, sizeof(line), "%zu %llu\n", i, (unsigned long long)got);
			report(stdout, line);
			return 1;
		}
		return 0;
	}
	for (int rep = atoi(argv[2]); rep > 0; rep--) {
		uint64_t differing = 0;
		double start;

		reset();
		start = now_ns();
		for (size_t i = 0; i < n; i++)
			differing += run(&ops[i]) != ops[i].expected;
		snprintf(line, sizeof(line), "%.3f\n", (now_ns() - start) / n);
		report(stdout, line);
		if (differing)
			return fail("results differ");
	}
	return 0;
}
