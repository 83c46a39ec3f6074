DROP TABLE property_contracts;
DROP TABLE estates;
