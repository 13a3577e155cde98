/*
 * What deferred init does to struct pages, in C: the yardstick of `earlyboot bench`.
 *
 * For each block of 1024 pages, pass one zeroes each 64-byte page and sets its fields, pass two clears PG_reserved and
 * the reference count and frees page blocks of 512 into a buddy allocator whose lists run through the pages. Threads
 * take chunks under a mutex as padata does: four for each thread, in whole sections.
 *
 * Usage: pages SECTIONS THREADS. The memory is touched first. Then each line read from stdin starts a run with as many
 * threads as it says, and is answered by "WALL_NS CPU_NS FREE_BLOCKS".
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

enum {
	PAGES_PER_SECTION = 32768,
	MAX_ORDER_PAGES = 1024,
	PAGEBLOCK_PAGES = 512,
	PAGEBLOCK_ORDER = 9,
	MAX_ORDER = 11,
	PG_RESERVED = 1 << 12,
	BUDDY = -129,
};

struct list { struct list *next, *prev; };

struct page {
	uint64_t flags;
	struct list lru;
	uint64_t mapping, index, private_data;
	int32_t mapcount, refcount;
	uint64_t memcg;
};

static struct page *memmap;
static uint64_t npages;
static struct { struct list head; uint64_t nr_free; } area[MAX_ORDER];
static uint64_t managed;
static pthread_spinlock_t zone_lock;

static pthread_mutex_t job_lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t job_start, job_size, job_chunk;

static pthread_barrier_t *start_line, *finish_line;

static void init_single_page(struct page *page, uint64_t flags)
{
	*page = (struct page){ 0 };
	page->flags = flags;
	page->refcount = 1;
	page->mapcount = -1;
	page->lru.next = page->lru.prev = &page->lru;
}

static void list_del(struct list *l)
{
	l->next->prev = l->prev;
	l->prev->next = l->next;
	l->next = (struct list *)0xdead000000000100;
	l->prev = (struct list *)0xdead000000000122;
}

static void list_add_tail(struct list *l, struct list *head)
{
	l->prev = head->prev;
	l->next = head;
	head->prev->next = l;
	head->prev = l;
}

static void free_one_page(uint64_t pfn, unsigned order)
{
	while (order < MAX_ORDER - 1) {
		uint64_t buddy_pfn = pfn ^ (1ul << order);
		struct page *buddy = memmap + buddy_pfn;

		if (buddy->mapcount != BUDDY || buddy->private_data != order)
			break;
		if (buddy->flags >> 51 != memmap[pfn].flags >> 51)
			break;
		list_del(&buddy->lru);
		buddy->mapcount = -1;
		buddy->private_data = 0;
		area[order].nr_free--;
		pfn &= buddy_pfn;
		order++;
	}
	memmap[pfn].private_data = order;
	memmap[pfn].mapcount = BUDDY;
	list_add_tail(&memmap[pfn].lru, &area[order].head);
	area[order].nr_free++;
}

static void free_pages_core(uint64_t pfn, unsigned order)
{
	for (uint64_t i = pfn; i < pfn + (1ul << order); i++) {
		memmap[i].flags &= ~(uint64_t)PG_RESERVED;
		memmap[i].refcount = 0;
	}
	pthread_spin_lock(&zone_lock);
	managed += 1ul << order;
	free_one_page(pfn, order);
	pthread_spin_unlock(&zone_lock);
}

static void chunk(uint64_t start, uint64_t end)
{
	uint64_t flags = 2ul << 51 | 0x1ffffful << 30;

	for (uint64_t block = start; block < end; block += MAX_ORDER_PAGES) {
		for (uint64_t pfn = block; pfn < block + MAX_ORDER_PAGES; pfn++)
			init_single_page(memmap + pfn, flags);
		for (uint64_t pfn = block; pfn < block + MAX_ORDER_PAGES; pfn += PAGEBLOCK_PAGES)
			free_pages_core(pfn, PAGEBLOCK_ORDER);
	}
}

static void work(void)
{
	for (;;) {
		uint64_t start, size;

		pthread_mutex_lock(&job_lock);
		start = job_start;
		size = job_chunk < job_size ? job_chunk : job_size;
		job_start += size;
		job_size -= size;
		pthread_mutex_unlock(&job_lock);
		if (!size)
			return;
		chunk(start, start + size);
	}
}

static void *helper(void *arg)
{
	uintptr_t index = (uintptr_t)arg;

	for (;;) {
		pthread_barrier_wait(&start_line[index]);
		work();
		pthread_barrier_wait(&finish_line[index]);
	}
	return NULL;
}

static uint64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000000ul + t.tv_nsec;
}

static uint64_t wall_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ul + t.tv_nsec;
}

static void run(unsigned threads)
{
	uint64_t wall, cpu, sections = npages / PAGES_PER_SECTION, per;

	for (int i = 0; i < MAX_ORDER; i++) {
		area[i].head.next = area[i].head.prev = &area[i].head;
		area[i].nr_free = 0;
	}
	managed = 0;
	wall = wall_ns();
	cpu = cpu_ns();
	per = (sections + threads * 4 - 1) / (threads * 4);
	job_start = 0;
	job_size = npages;
	job_chunk = threads == 1 ? npages : per * PAGES_PER_SECTION;
	for (unsigned i = 1; i < threads; i++)
		pthread_barrier_wait(&start_line[i]);
	work();
	for (unsigned i = 1; i < threads; i++)
		pthread_barrier_wait(&finish_line[i]);
	wall = wall_ns() - wall;
	cpu = cpu_ns() - cpu;
	printf("%lu %lu %lu\n", wall, cpu, area[MAX_ORDER - 1].nr_free);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	unsigned max_threads, threads;

	if (argc != 3) {
		fprintf(stderr, "usage: pages SECTIONS THREADS\n");
		return 2;
	}
	npages = strtoul(argv[1], NULL, 10) * PAGES_PER_SECTION;
	max_threads = strtoul(argv[2], NULL, 10);
	memmap = mmap(NULL, npages * sizeof(struct page), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	start_line = calloc(max_threads, sizeof(*start_line));
	finish_line = calloc(max_threads, sizeof(*finish_line));
	if (memmap == MAP_FAILED || !start_line || !finish_line) {
		perror("pages");
		return 1;
	}
	pthread_spin_init(&zone_lock, 0);
	for (uintptr_t i = 1; i < max_threads; i++) {
		pthread_t thread;

		pthread_barrier_init(&start_line[i], NULL, 2);
		pthread_barrier_init(&finish_line[i], NULL, 2);
		pthread_create(&thread, NULL, helper, (void *)i);
	}
	for (uint64_t i = 0; i < npages; i += 4096 / sizeof(struct page))
		memmap[i].flags = 1;
	printf("ready\n");
	fflush(stdout);
	while (scanf("%u", &threads) == 1 && threads >= 1 && threads <= max_threads)
		run(threads);
	return 0;
}
