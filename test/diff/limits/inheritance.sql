-- Not run with the others: columns of a partition become the table's own when it is
-- detached, and are not made again so that they could be merely inherited.

-- case: a partition becomes a plain child
CREATE TABLE public.p (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.q (a integer);
CREATE TABLE public.c PARTITION OF public.p FOR VALUES IN (1);
-- to
CREATE TABLE public.p (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.q (a integer);
CREATE TABLE public.c (b text) INHERITS (public.q);
