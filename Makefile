# Two commands for a newcomer: `make demo` and `make test`. `make help` lists the rest.

RELEASE_PATH := .build/release-tree
MULTIBRAND := $(RELEASE_PATH)/release/multibrand

.PHONY: help demo run test failover mutants build format generate clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: build ## Play the main job on real parts: a private PostgreSQL, the Cosmo sandbox, the service
	$(MULTIBRAND) demo

run: build ## Leave the same stack running until Ctrl-C
	exec $(MULTIBRAND) dev

build: ## Install what is missing and build for release
	@.ci/install
	# Colours are compiler flags: with them, a build on a terminal and one into a pipe would not share their results.
	swift build -c release --no-color-diagnostics --scratch-path $(RELEASE_PATH) --product multibrand

test: ## Install what is missing, build and run every test
	@.ci/install --tests
	.ci/test

failover: ## Only the tests of failovers, with two PostgreSQL servers in replication
	@.ci/install --tests
	.ci/test FailoverTests

mutants: ## Plant known bugs, one at a time, and see that a test fails for each (takes long)
	@.ci/install --tests
	.ci/mutants

format: ## Format every file that people wrote
	swift format -i --parallel Package.swift $$(.ci/sources)

generate: ## Write the Swift of proto/ and docs/openapi.yaml again
	.ci/generate

clean: ## Remove what was built, and the private cluster of dev and demo
	rm -rf .build .multibrand
