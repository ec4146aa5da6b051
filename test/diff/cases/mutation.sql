-- Pairs that mutate, beside this directory, found to fail.

-- case: seed 1/29: a child goes from a parent that is dropped to a new one
CREATE TABLE public.note (
    "two words_14" uuid
);
CREATE TABLE public.person (
) INHERITS (public.note);
-- to
CREATE TABLE public.account_90 (
    "two words_14" uuid
);
CREATE TABLE public.person (
) INHERITS (public.account_90);

-- case: seed 1/39: which of two keys a foreign key needs
CREATE TABLE public.account (
    event_57 integer
);
ALTER TABLE public.account ADD CONSTRAINT "it's" UNIQUE (event_57);
ALTER TABLE public.account ADD CONSTRAINT note_9 UNIQUE (event_57);
CREATE TABLE public.person (
    user_66 integer
);
ALTER TABLE public.person ADD CONSTRAINT order_1 FOREIGN KEY (user_66) REFERENCES public.account (event_57);
-- to
CREATE TABLE public.person (
    user_66 integer
);
CREATE TABLE public.account (
    event_57 integer
);
ALTER TABLE public.account ADD CONSTRAINT note_9 UNIQUE (event_57);
ALTER TABLE public.account ADD CONSTRAINT "it's" UNIQUE (event_57);
ALTER TABLE public.person ADD CONSTRAINT order_1 FOREIGN KEY (user_66) REFERENCES public.account (event_57);

-- case: seed 1/73: a child with a check that is not valid
CREATE TABLE public.edge_12 (
    city text
);
ALTER TABLE public.edge_12 ADD CONSTRAINT x CHECK (city IS NOT NULL) NOT VALID;
-- to
CREATE TABLE public.edge_12 (
    city text
);
CREATE TABLE public.edge (
) INHERITS (public.edge_12);
ALTER TABLE public.edge_12 ADD CONSTRAINT x CHECK (city IS NOT NULL) NOT VALID;

-- case: seed 1/489: a sequence with the name of a type
CREATE SEQUENCE public.city AS bigint;
CREATE DOMAIN public.city AS boolean;
-- to
CREATE DOMAIN public.city AS boolean;

-- case: seed 1/333: a materialized view reads one that has no data
CREATE TABLE public.t (a integer);
CREATE MATERIALIZED VIEW public.box_43 AS
 SELECT a
   FROM public.t WITH NO DATA;
-- to
CREATE TABLE public.t (a integer);
CREATE MATERIALIZED VIEW public.box_43 AS
 SELECT a
   FROM public.t WITH NO DATA;
CREATE VIEW public.item_9 AS
 SELECT a
   FROM public.box_43;
CREATE MATERIALIZED VIEW public."two words_74" AS
 SELECT a
   FROM public.item_9 WITH NO DATA;
CREATE MATERIALIZED VIEW public."two words_75" AS
 SELECT a
   FROM public."two words_74" WITH NO DATA;
CREATE INDEX two ON public."two words_75" (a);
