DROP TABLE organization_staff;
DROP TABLE organizations;
DROP TYPE uuidrange;
