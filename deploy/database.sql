-- Run once by psql, as an administrator of the database server: a role that owns one database and nothing else.
-- The password is in the environment of psql and in no file.
\getenv password DATABASE_PASSWORD
CREATE ROLE pingone_mfa LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE pingone_mfa OWNER pingone_mfa;
REVOKE ALL ON DATABASE pingone_mfa FROM PUBLIC;
