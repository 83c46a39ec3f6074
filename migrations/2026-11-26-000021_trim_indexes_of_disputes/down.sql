CREATE INDEX disputes_by_estate ON disputes (estate_name, updated_at DESC, id DESC);
DROP INDEX disputes_by_district_status;
CREATE INDEX disputes_by_district_status ON disputes (district_code, status, updated_at DESC, id DESC);
CREATE INDEX disputes_by_street_status ON disputes (street_code, status, updated_at DESC, id DESC);
CREATE INDEX disputes_by_city_status ON disputes (city_code, status, updated_at DESC, id DESC);
CREATE INDEX disputes_by_city_report ON disputes (city_code, reported_at DESC, id DESC);
CREATE INDEX disputes_without_clocks ON disputes (id) WHERE progress::text = '{}' AND status <> 'closed';
CREATE INDEX disputes_without_terms ON disputes (id) WHERE terms = '{}';
ALTER TABLE disputes ALTER COLUMN terms SET DEFAULT '{}', ALTER COLUMN progress SET DEFAULT '{}';
