# Makefile of the migrator extension, for PGXS.
#
#   make                    build the extension and the client program migrator
#                           against the server that pg_config names
#   make CHECKED=1          the same with assertions, and warnings as errors
#   make install            install into that server
#   make installcheck       SQL and isolation tests on a running server
#   make man                write doc/migrator.1, when commands or options have changed
#   make indent             lay the C code out as pgindent does
#
# script/test does all of this on a machine that has nothing yet.

EXTENSION = migrator migrator_tap
MODULE_big = migrator
PGFILEDESC = "migrator - schema migrations inside the database"
DATA = sql/migrator--1.0.sql sql/migrator_tap--1.0.sql

# The client program shares no code with the server side.
OBJS = $(patsubst %.c,%.o,$(sort $(filter-out src/cli/%,$(wildcard src/*/*.c))))

# Names that the server may look up; everything else stays in the library,
# where it cannot be bound to a function of the server with the same name.
SHLIB_EXPORTS = src/exports.txt

PG_CPPFLAGS = -I$(srcdir)/src

# PGXS builds a library or a program, but not both: the rules of the program
# are below.  It needs libpq and the server package's static libraries.
CLIENT = migrator
CLIENT_OBJS = $(patsubst %.c,%.o,$(sort $(wildcard src/cli/*.c)))
CLIENT_LIBS = -L$(pkglibdir) -lpgfeutils -lpgcommon -lpgport -L$(libdir) -lpq -lm

# pg_regress finds expected files through test/expected or, from version 16
# on, in expected/ of the current directory: the one is a link to the other.
# Results go where they cannot be taken for inputs.
REGRESS = $(patsubst test/sql/%.sql,%,$(sort $(wildcard test/sql/*.sql)))
REGRESS_OPTS = --inputdir=test --outputdir=tmp_check/regress --load-extension=migrator
ISOLATION = $(patsubst test/specs/%.spec,%,$(sort $(wildcard test/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test --outputdir=tmp_check/isolation --load-extension=migrator
REGRESS_PREP = tmp_check/regress tmp_check/isolation

EXTRA_CLEAN = $(CLIENT)$(X) $(CLIENT_OBJS) tmp_check $(wildcard src/*/*.BAK)

# Bitcode for inlining doubles the time of a build and gains us nothing.
override with_llvm = no

PG_CONFIG ?= pg_config

# The server's headers are not ours to keep free of warnings: as system
# headers they give none.
ifdef CHECKED
PG_CPPFLAGS += -DUSE_ASSERT_CHECKING -isystem $(shell $(PG_CONFIG) --includedir-server)
PG_CFLAGS += -Wall -Wextra -Werror
endif

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# PGXS as packaged knows no header dependencies.
$(OBJS): Makefile $(wildcard src/*.h) $(filter-out src/cli/%,$(wildcard src/*/*.h))

all: $(CLIENT)$(X)

$(CLIENT_OBJS): Makefile $(wildcard src/cli/*.h)
$(CLIENT_OBJS): override CPPFLAGS := -DFRONTEND -I$(includedir) $(CPPFLAGS)

$(CLIENT)$(X): $(CLIENT_OBJS)
	$(CC) $(CFLAGS) $(CLIENT_OBJS) $(LDFLAGS) $(LDFLAGS_EX) $(CLIENT_LIBS) -o $@

install: install-client
uninstall: uninstall-client

.PHONY: install-client uninstall-client
install-client: $(CLIENT)$(X)
	$(MKDIR_P) '$(DESTDIR)$(bindir)'
	$(INSTALL_PROGRAM) $(CLIENT)$(X) '$(DESTDIR)$(bindir)/$(CLIENT)$(X)'
	$(MKDIR_P) '$(DESTDIR)$(mandir)/man1'
	$(INSTALL_DATA) $(srcdir)/doc/$(CLIENT).1 '$(DESTDIR)$(mandir)/man1/$(CLIENT).1'
uninstall-client:
	rm -f '$(DESTDIR)$(bindir)/$(CLIENT)$(X)' '$(DESTDIR)$(mandir)/man1/$(CLIENT).1'

# The man page comes from the tables of the program.
.PHONY: man
man: $(CLIENT)$(X)
	./$(CLIENT)$(X) completion man >$(srcdir)/doc/$(CLIENT).1

$(REGRESS_PREP):
	$(MKDIR_P) $@

.PHONY: indent
indent:
	PG_CONFIG='$(PG_CONFIG)' $(srcdir)/script/indent
