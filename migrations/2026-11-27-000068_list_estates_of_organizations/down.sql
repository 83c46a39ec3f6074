DROP VIEW estates_of_organizations;
