# The two commands of the README are `make demo` and `make test`; each does its own set-up.

SWIFT ?= swift
export SWIFT
KERNEL ?= 6.1
# Only what is shipped is built: tools that come with the packages do not link statically.
PRODUCTS = kernaut-cc kernaut-index-worker kernaut-probe kernaut

# The kernels whose images are booted by the tests.
GUESTS ?= 6.1 6.12

# Each of them has something of its own that a mutant may break.
MUTATION_KERNELS = 5.10 6.1 6.12 7.3

# The kernels whose calls are held against their sources.
TRUTH_KERNELS ?= 5.10 6.1 6.12 7.3

.PHONY: demo test guests bench truth mutation build lint format setup kernel clean

demo: build
	@.build/release/kernaut demo

# The tests run against the real kernel source, so it is fetched and indexed first.
test: lint kernel guests
	@$(SWIFT) build --build-tests
	@KERNAUT_TEST_KERNEL=$(KERNEL) $(SWIFT) test --skip-build

# Each of these kernels answers from a guest; a run that compared nothing fails.
guests: build
	@for kernel in $(GUESTS); do \
		.build/release/kernaut kernel fetch $$kernel && \
		.build/release/kernaut index --kernel $$kernel --scope fork && \
		.build/release/kernaut verify guest --kernel $$kernel && \
		.build/release/kernaut verify guest --kernel $$kernel --programs 1000 --seed 1 || exit; \
	done

bench: PRODUCTS += kernaut-bench
bench: kernel
	@KERNEL=$(KERNEL) .build/release/kernaut-bench $(PARTS)

# The whole kernel is indexed where it is not: a quarter of an hour a kernel, on two processors.
truth: build
	@for kernel in $(TRUTH_KERNELS); do \
		.build/release/kernaut kernel fetch $$kernel && \
		.build/release/kernaut index --kernel $$kernel --scope all && \
		.build/release/kernaut verify calls --kernel $$kernel || failed=1; \
	done; exit $${failed:-0}

# What kernels make of the programs is recorded once for each build of the probe, and kept in the cache.
mutation: PRODUCTS += kernaut-mutation
mutation: build
	@for kernel in $(MUTATION_KERNELS); do .build/release/kernaut kernel fetch $$kernel || exit; done
	@.build/release/kernaut-mutation

build: setup
	@for product in $(PRODUCTS); do $(SWIFT) build -c release --static-swift-stdlib --product $$product || exit; done

kernel: build
	@.build/release/kernaut kernel fetch $(KERNEL)
	@.build/release/kernaut index --kernel $(KERNEL) --scope fork

lint:
	@$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks

format:
	@$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks

setup:
	@.ci/setup

clean:
	@rm -rf .build
