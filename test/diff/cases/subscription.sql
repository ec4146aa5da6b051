-- case: subscriptions come
-- to
CREATE SUBSCRIPTION s CONNECTION 'host=nowhere dbname=x' PUBLICATION p WITH (connect = false);
CREATE SUBSCRIPTION t CONNECTION 'host=nowhere' PUBLICATION "The one", q
    WITH (connect = false, slot_name = 'slot', binary, streaming, synchronous_commit = 'local', disable_on_error);
CREATE SUBSCRIPTION "The third" CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE, two_phase);
COMMENT ON SUBSCRIPTION s IS 'the first';

-- case: everything that can be altered
CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false);
CREATE SUBSCRIPTION t CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE, binary);
COMMENT ON SUBSCRIPTION s IS 'one';
-- to
CREATE SUBSCRIPTION s CONNECTION 'host=elsewhere' PUBLICATION q, r
    WITH (connect = false, slot_name = 'other', binary, streaming, synchronous_commit = 'on', disable_on_error);
CREATE SUBSCRIPTION t CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false);
COMMENT ON SUBSCRIPTION s IS 'two';

-- case: the slot is given up
CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false);
-- to
CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE);

-- case: two phases cannot be altered
-- needs: role app_super
CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false);
-- to
CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, two_phase);

-- case: where it comes from, and who applies it
-- needs: server 16
CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false);
CREATE SUBSCRIPTION t CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, password_required = false);
-- to
CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p
    WITH (connect = false, origin = none, run_as_owner, streaming = parallel);
CREATE SUBSCRIPTION t CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, streaming = on);
