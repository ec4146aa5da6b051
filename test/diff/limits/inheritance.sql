-- Not run with the others: each wants columns that a child table has already to be
-- merely inherited.  The server keeps them as the table's own too, and only
-- making the table again, without its rows, would change that.

-- case: a plain table becomes a child and the other way round
CREATE TABLE public.p (a integer, b text);
CREATE TABLE public.c (a integer, b text, c date);
CREATE TABLE public.d (e integer) INHERITS (public.p);
-- to
CREATE TABLE public.p (a integer, b text);
CREATE TABLE public.c (a integer, b text, c date) INHERITS (public.p);
CREATE TABLE public.d (a integer, b text, e integer);

-- case: the parent goes and the child stays
CREATE TABLE public.p (a integer, b text);
CREATE TABLE public.c (d date) INHERITS (public.p);
-- to
CREATE TABLE public.c (a integer, b text, d date);
