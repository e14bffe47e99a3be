-- Distances are geodesic, so the index is on geography; the plain one serves maps and boxes.
CREATE INDEX ix_station_geography ON station USING gist ((location::geography))
;
CREATE INDEX ix_station_location ON station USING gist (location)
;
CREATE INDEX ix_area_shape ON area USING gist (shape)
;
-- Every change of what the pages show moves the revision, also one made from psql. The row lock it
-- takes makes writers queue, so revisions are ordered as commits are; the notification only wakes.
-- Once a transaction is enough, and many times are slow: the row's old versions pile up until it ends.
CREATE FUNCTION revision_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('yizhan.revision_moved', true) = 'yes' THEN
    RETURN NULL;
  END IF;
  UPDATE revision SET value = value + 1,
    at = to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');
  PERFORM set_config('yizhan.revision_moved', 'yes', true);
  PERFORM pg_notify('yizhan_revision', '');
  RETURN NULL;
END
$$
;
CREATE TRIGGER station_changed AFTER INSERT OR UPDATE ON station
  FOR EACH STATEMENT EXECUTE FUNCTION revision_moves()
;
CREATE TRIGGER area_changed AFTER INSERT OR UPDATE OR DELETE ON area
  FOR EACH STATEMENT EXECUTE FUNCTION revision_moves()
;
CREATE TRIGGER landmark_changed AFTER INSERT OR UPDATE OR DELETE ON landmark
  FOR EACH STATEMENT EXECUTE FUNCTION revision_moves()
;
CREATE TRIGGER holiday_table_changed AFTER INSERT OR UPDATE OR DELETE ON holiday_table
  FOR EACH STATEMENT EXECUTE FUNCTION revision_moves()
;
-- Nothing is ever deleted, only closed with a reason.
CREATE FUNCTION rows_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% rows are never deleted; a station is closed with a reason', TG_TABLE_NAME;
END
$$
;
CREATE TRIGGER station_kept BEFORE DELETE OR TRUNCATE ON station
  FOR EACH STATEMENT EXECUTE FUNCTION rows_are_kept()
;
CREATE TRIGGER change_kept BEFORE DELETE OR TRUNCATE ON change
  FOR EACH STATEMENT EXECUTE FUNCTION rows_are_kept()
;
-- What QGIS and any SQL client may read: no keeper, no money, no remarks.
CREATE VIEW public_stations AS
SELECT s.id, s.code, s.kind, s.status, s.name, s.signboard_name, s.aliases, s.address,
  s.area_code, a.name AS area_name, s.district_name, s.street_name, s.unit_code, s.unit_name,
  s.host_type, s.host_name, s.build_type, s.build_org, s.run_org, s.entrance_note, s.floor,
  s.area_m2, s.capacity, s.hours_raw, s.hours_osm, s.hours_makeup, s.hours_note, s.season,
  s.access_who, s.access_how, s.facilities, s.supply_mode, s.star, s.honours, s.map_ids,
  s.public_phone, s.built_on, s.opened_on, s.verified_on, s.standard, s.checklist,
  s.closed_reason, s.updated_at, s.entrance, s.location
FROM station s LEFT JOIN area a ON a.code = s.area_code
;
CREATE FUNCTION checked_k(k integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF k IS NULL OR k < 1 OR k > 100 THEN
    RAISE EXCEPTION 'k 应为 1 到 100 的整数,现在是 %', k USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN k;
END
$$
;
-- The k nearest serving stations, exactly. The index orders geography by the sphere, so the k it
-- gives first only bound the answer: all within the farthest of them, measured on the spheroid,
-- are then ordered by (metres, code). Plain SQL over the view, so that the planner sees through it and
-- whoever may read the view may ask.
CREATE FUNCTION nearest_stations(
  lon double precision, lat double precision, k integer DEFAULT 5,
  kind text DEFAULT NULL, facilities text[] DEFAULT '{}'
) RETURNS TABLE (
  code text, name text, kind text, status text, address text, hours_raw text,
  facilities jsonb, distance_m double precision, location geometry(Point, 4326)
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
  WITH here AS MATERIALIZED (
    SELECT ST_SetSRID(ST_MakePoint($1, $2), 4326)::geography AS point,
      (SELECT coalesce(jsonb_object_agg(f, 'yes'), '{}') FROM unnest($5) AS f) AS wanted
  ), bound AS MATERIALIZED (
    SELECT max(ST_Distance(near.location::geography, here.point)) AS metres
    FROM here, LATERAL (
      SELECT s.location FROM public_stations s
      WHERE s.status IN ('open', 'trial') AND ($4 IS NULL OR s.kind = $4)
        AND coalesce(s.facilities, '{}') @> here.wanted
      ORDER BY s.location::geography <-> here.point LIMIT checked_k($3)
    ) AS near
  )
  SELECT s.code, s.name, s.kind, s.status, s.address, s.hours_raw, s.facilities,
    ST_Distance(s.location::geography, here.point) AS distance_m, s.location
  FROM here, bound, public_stations s
  WHERE ST_DWithin(s.location::geography, here.point, bound.metres + 0.001)
    AND s.status IN ('open', 'trial') AND ($4 IS NULL OR s.kind = $4)
    AND coalesce(s.facilities, '{}') @> here.wanted
  ORDER BY distance_m, s.code COLLATE "C" LIMIT checked_k($3)
$$
