-- The table of the back office by name: as much of it as an index holds, whatever a file calls a station.
CREATE INDEX ix_station_name ON station (substr(name, 1, 60), code)
;
CREATE OR REPLACE FUNCTION live_revision_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE live_revision SET value = value + 1,
    at = to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');
  PERFORM pg_notify('yizhan_revision', '');
  RETURN NULL;
END
$$
;
-- What holds now has a revision of its own: no snapshot is made anew for it.
CREATE TRIGGER fact_changed AFTER INSERT OR UPDATE OR DELETE ON fact
  FOR EACH STATEMENT EXECUTE FUNCTION live_revision_moves()
;
-- Whoever writes the log cannot rewrite it.
CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION rows_are_kept()
;
-- Pages tell who looked at a station, and at what.
CREATE TRIGGER verification_changed AFTER INSERT OR UPDATE ON verification
  FOR EACH STATEMENT EXECUTE FUNCTION revision_moves()
;
CREATE TRIGGER verification_kept BEFORE DELETE OR TRUNCATE ON verification
  FOR EACH STATEMENT EXECUTE FUNCTION rows_are_kept()
;
CREATE OR REPLACE VIEW public_stations AS
SELECT s.id, s.code, s.kind, s.status, s.name, s.signboard_name, s.aliases, s.address,
  s.area_code, a.name AS area_name, s.district_name, s.street_name, s.unit_code, s.unit_name,
  s.host_type, s.host_name, s.build_type, s.build_org, s.run_org, s.entrance_note, s.floor,
  s.area_m2, s.capacity, s.hours_raw, s.hours_osm, s.hours_makeup, s.hours_note, s.season,
  s.access_who, s.access_how, s.facilities, s.supply_mode, s.star, s.honours, s.map_ids,
  s.public_phone, s.built_on, s.opened_on, s.verified_on, s.standard, s.checklist,
  s.closed_reason, s.updated_at, s.entrance, s.location, s.merged_into
FROM station s LEFT JOIN area a ON a.code = s.area_code
