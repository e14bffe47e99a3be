-- One layer of a GeoPackage before it has rows: its table, and the index that its triggers will keep.
-- {name} is the layer's, {shape} the type of its geometry, {columns} are its own.
INSERT INTO gpkg_extensions VALUES
  ('{name}', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');
CREATE TABLE {name} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {shape}, {columns});
CREATE VIRTUAL TABLE rtree_{name}_geom USING rtree(id, minx, maxx, miny, maxy);
