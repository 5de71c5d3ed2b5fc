-- Optional, run by psql as an administrator of the database server, in the database pingone_mfa, after the program has made
-- its tables: a second role, as which the service runs. It cannot change the tables, and to the audit log it can add and
-- nothing else: no entry is changed, none deleted.
\getenv password RUNTIME_PASSWORD
CREATE ROLE pingone_mfa_runtime LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
GRANT CONNECT ON DATABASE pingone_mfa TO pingone_mfa_runtime;
GRANT USAGE ON SCHEMA pingone_mfa TO pingone_mfa_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA pingone_mfa TO pingone_mfa_runtime;
REVOKE UPDATE, DELETE ON pingone_mfa.audit FROM pingone_mfa_runtime;
REVOKE INSERT, DELETE ON pingone_mfa.audit_head FROM pingone_mfa_runtime;
REVOKE INSERT, UPDATE, DELETE ON pingone_mfa.meta FROM pingone_mfa_runtime;
-- What a later version adds to the tables counts for it, too.
ALTER DEFAULT PRIVILEGES FOR ROLE pingone_mfa IN SCHEMA pingone_mfa
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO pingone_mfa_runtime;
