-- SPDX-License-Identifier: Apache-2.0
-- A database of schema 6, as the sqlite3 shell dumps it. The dump leaves out whose file it is, the next line says it.
PRAGMA application_id = 1282634864;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO meta VALUES('schema','6');
INSERT INTO meta VALUES('node','6839728766377637706');
CREATE TABLE users (
  id          BIGINT PRIMARY KEY,
  name        TEXT   NOT NULL UNIQUE,
  first_name  TEXT   NOT NULL,
  last_name   TEXT   NOT NULL,
  email       TEXT   NOT NULL,
  search      TEXT   NOT NULL,
  status      TEXT   NOT NULL,
  password    TEXT,
  pin_salt    BYTEA,
  pin_mac     BYTEA,
  created_at  BIGINT NOT NULL,
  misses      BIGINT NOT NULL,
  sync        TEXT   NOT NULL,
  version     BIGINT NOT NULL
, phone TEXT NOT NULL DEFAULT '', primary_token BIGINT, factors TEXT NOT NULL DEFAULT '[1,null,0,null,0,[]]', language TEXT NOT NULL DEFAULT '');
INSERT INTO users VALUES(101,'anna','Anna','Müller','anna@example.org',replace('anna\nanna muller\nanna@example.org','\n',char(10)),'enabled','$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA',X'01010101010101010101010101010101',X'0202020202020202020202020202020202020202020202020202020202020202',1767600000000000,2,'[1,1500000,[1767600001000000,1000000,18364758544493064720],1,[1767600002000000,2000000,18364758544493064720],1,[1767600003000000,3000000,18364758544493064720],[["vpn 10.0.0.1",[1767600004000000,4000000,18364758544493064720],[201,1842]]],[["vpn 10.0.0.1",2,0,[1767600004000000,4000000,18364758544493064720]]]]',0,'+46 70 123 45 67',201,'[1,1767600000000000,1,1767700000000000,0,[]]','sv');
INSERT INTO users VALUES(102,'berta','','','',replace('berta\n\n','\n',char(10)),'disabled',NULL,NULL,NULL,0,0,'[1,0,[0,0,0],0,null,0,null,[],[]]',0,'',NULL,'[1,null,0,null,0,[]]','');
CREATE TABLE tokens (
  id          BIGINT PRIMARY KEY,
  serial      TEXT   NOT NULL UNIQUE,
  kind        TEXT   NOT NULL,
  hash        TEXT   NOT NULL,
  digits      BIGINT NOT NULL,
  step        BIGINT NOT NULL,
  t0          BIGINT NOT NULL,
  form        TEXT   NOT NULL,
  status      TEXT   NOT NULL,
  model       TEXT   NOT NULL,
  search      TEXT   NOT NULL,
  owner       BIGINT REFERENCES users (id),
  valid_from  BIGINT,
  valid_until BIGINT,
  created_at  BIGINT NOT NULL,
  seed        BYTEA  NOT NULL,
  next        BIGINT NOT NULL,
  progress    TEXT   NOT NULL,
  version     BIGINT NOT NULL
, batch TEXT NOT NULL DEFAULT '', warranty_until BIGINT, used_at BIGINT, label TEXT NOT NULL DEFAULT '', assigned_at BIGINT, sync TEXT NOT NULL DEFAULT 'unused');
INSERT INTO tokens VALUES(201,'1000200030','hotp','sha1',8,30,0,'hardware','enabled','Card',replace('1000200030\ncard','\n',char(10)),101,NULL,NULL,1767600000000000,X'01020300ff',1830,'[1,[],[1842,[1767600004000000,4000000,18364758544493064720]],[1829,1767600000000000],0,null]',0,'',NULL,NULL,'Keys',1767600000000000,'in_sync');
INSERT INTO tokens VALUES(202,'FOB-1','totp','sha256',6,60,0,'hardware','locked','',replace('fob-1\n','\n',char(10)),101,1767600000000000,1799136000000000,1767600000000000,X'09',29460000,'[1,[-90000000,[1767600005000000,5000000,18364758544493064720]],[],[],1,[1767600006000000,6000000,18364758544493064720]]',0,'2026-01',1799136000000000,1767600004000000,'',NULL,'out_of_sync');
INSERT INTO tokens VALUES(203,'STOCK-1','hotp','sha1',6,30,0,'software','lost','',replace('stock-1\n','\n',char(10)),NULL,NULL,NULL,0,X'',0,'[1,[],[],[],0,null]',0,'',NULL,NULL,'',NULL,'unused');
CREATE TABLE user_groups (
  name        TEXT   PRIMARY KEY
);
INSERT INTO user_groups VALUES('vpn');
CREATE TABLE members (
  group_name  TEXT   NOT NULL REFERENCES user_groups (name) ON DELETE CASCADE,
  user_id     BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  PRIMARY KEY (group_name, user_id)
);
INSERT INTO members VALUES('vpn',101);
CREATE TABLE api_keys (
  id          BIGINT PRIMARY KEY,
  name        TEXT   NOT NULL UNIQUE,
  hash        BYTEA  NOT NULL UNIQUE,
  permissions TEXT   NOT NULL,
  created_at  BIGINT NOT NULL,
  revoked_at  BIGINT,
  version     BIGINT NOT NULL
, required_group TEXT);
INSERT INTO api_keys VALUES(301,'vpn',X'0303030303030303030303030303030303030303030303030303030303030303','authenticate diagnose',1767600000000000,NULL,0,'vpn');
CREATE TABLE policies (
  number      BIGINT PRIMARY KEY,
  document    TEXT   NOT NULL,
  at_time     BIGINT NOT NULL,
  actor       TEXT   NOT NULL
);
INSERT INTO policies VALUES(1,'{"preset":"default"}',1767600000000000,'owner');
CREATE TABLE tickets (
  hash        BYTEA  PRIMARY KEY,
  kind        TEXT   NOT NULL,
  data        TEXT   NOT NULL,
  sealed      BYTEA,
  expires_at  BIGINT NOT NULL,
  version     BIGINT NOT NULL
);
INSERT INTO tickets VALUES(X'0404040404040404040404040404040404040404040404040404040404040404','challenge','{}',X'07',1767600180000000,0);
CREATE TABLE service_keys (
  name        TEXT   PRIMARY KEY,
  sealed      BYTEA  NOT NULL
);
INSERT INTO service_keys VALUES('pin',X'0506');
CREATE TABLE audit (
  node        BIGINT NOT NULL,
  seq         BIGINT NOT NULL,
  hash        BYTEA  NOT NULL,
  kind        TEXT   NOT NULL,
  at_time     BIGINT NOT NULL,
  actor       TEXT   NOT NULL,
  user_name   TEXT,
  serial      TEXT,
  reason      TEXT   NOT NULL,
  source      TEXT   NOT NULL,
  details     TEXT   NOT NULL,
  PRIMARY KEY (node, seq)
);
INSERT INTO audit VALUES(6839728766377637706,1,X'1e684a943cd6d6250f9a930a3c1bd1590c79b59eb63d95002d9b49c3a4e3837c','user.created',1767600000000000,'owner','anna',NULL,'none','','[1]');
INSERT INTO audit VALUES(6839728766377637706,2,X'b2b7977f0ac501c93024a425925fbb1c1a349a3af616fea40cd65521d52e05fc','login.next_code',1767600004000000,'key:vpn','anna','1000200030','next_code','vpn 10.0.0.1','[1,"position","1842"]');
CREATE TABLE audit_heads (
  node        BIGINT PRIMARY KEY,
  seq         BIGINT NOT NULL,
  hash        BYTEA  NOT NULL
);
INSERT INTO audit_heads VALUES(6839728766377637706,2,X'b2b7977f0ac501c93024a425925fbb1c1a349a3af616fea40cd65521d52e05fc');
INSERT INTO audit_heads VALUES(77,5,X'0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c');
CREATE TABLE audit_signed_heads (
  node        BIGINT PRIMARY KEY,
  seq         BIGINT NOT NULL,
  hash        BYTEA  NOT NULL,
  at_time     BIGINT NOT NULL,
  key_id      BYTEA  NOT NULL,
  signature   BYTEA  NOT NULL
);
INSERT INTO audit_signed_heads VALUES(6839728766377637706,2,X'b2b7977f0ac501c93024a425925fbb1c1a349a3af616fea40cd65521d52e05fc',1767600005000000,X'0a0a0a0a0a0a0a0a',X'0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b');
CREATE TABLE audit_checkpoints (
  node        BIGINT PRIMARY KEY,
  seq         BIGINT NOT NULL,
  hash        BYTEA  NOT NULL,
  at_time     BIGINT NOT NULL,
  key_id      BYTEA  NOT NULL,
  signature   BYTEA  NOT NULL
);
INSERT INTO audit_checkpoints VALUES(77,5,X'0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c',1767600005000000,X'0a0a0a0a0a0a0a0a',X'0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d');
CREATE TABLE retired_keys (
  key_id      BYTEA  PRIMARY KEY
);
INSERT INTO retired_keys VALUES(X'0102030405060708');
CREATE TABLE token_models (
  name            TEXT   PRIMARY KEY,
  maker           TEXT   NOT NULL,
  form            TEXT   NOT NULL,
  kind            TEXT   NOT NULL,
  hash            TEXT   NOT NULL,
  digits          BIGINT NOT NULL,
  step            BIGINT NOT NULL,
  t0              BIGINT NOT NULL,
  shown_for       BIGINT NOT NULL,
  warranty_months BIGINT NOT NULL,
  help            TEXT   NOT NULL,
  version         BIGINT NOT NULL
);
INSERT INTO token_models VALUES('Card','Acme','hardware','hotp','sha1',8,30,0,10,36,'On the back.',0);
CREATE TABLE policy_draft (
  id          BIGINT PRIMARY KEY,
  document    TEXT   NOT NULL,
  at_time     BIGINT NOT NULL,
  actor       TEXT   NOT NULL,
  version     BIGINT NOT NULL
);
INSERT INTO policy_draft VALUES(1,'{"preset":"default","groups":{}}',1767600000000000,'owner',0);
CREATE TABLE operators (
  id              BIGINT PRIMARY KEY,
  name            TEXT   NOT NULL UNIQUE,
  full_name       TEXT   NOT NULL,
  email           TEXT   NOT NULL,
  role            TEXT   NOT NULL,
  scope           TEXT   NOT NULL,
  status          TEXT   NOT NULL,
  password        TEXT,
  tokens_of       TEXT,
  wrong_passwords BIGINT NOT NULL,
  wrong_at        BIGINT,
  signed_in_at    BIGINT,
  created_at      BIGINT NOT NULL,
  version         BIGINT NOT NULL
);
INSERT INTO operators VALUES(401,'olga','Olga Owner','olga@example.org','owner','[1,"vpn"]','enabled','$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA','anna',2,1767600000000000,1767600001000000,1767600000000000,3);
CREATE TABLE sessions (
  hash        BYTEA  PRIMARY KEY,
  kind        TEXT   NOT NULL,
  subject     BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  seen_at     BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  proven_at   BIGINT,
  about       TEXT   NOT NULL,
  version     BIGINT NOT NULL
, data TEXT NOT NULL DEFAULT '');
INSERT INTO sessions VALUES(X'0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e','console',401,1767600000000000,1767600001000000,1799136000000000,1767600000000000,'',0,'{}');
CREATE TABLE approvals (
  id          BIGINT PRIMARY KEY,
  what        TEXT   NOT NULL,
  data        TEXT   NOT NULL,
  asked_by    TEXT   NOT NULL,
  asked_at    BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  version     BIGINT NOT NULL
);
INSERT INTO approvals VALUES(501,'export','{}','olga',1767600000000000,1799136000000000,0);
CREATE TABLE mails (
  id          BIGINT PRIMARY KEY,
  recipient   TEXT   NOT NULL,
  event       TEXT   NOT NULL,
  language    TEXT   NOT NULL,
  arguments   BYTEA  NOT NULL,
  state       TEXT   NOT NULL,
  tries       BIGINT NOT NULL,
  next_try_at BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  problem     TEXT   NOT NULL,
  version     BIGINT NOT NULL
);
INSERT INTO mails VALUES(601,'anna@example.org','email_code','sv',X'0f','waiting',1,1767600060000000,1767600000000000,1767600600000000,'timed out',1);
CREATE TABLE mail_codes (
  user_id      BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  purpose      TEXT   NOT NULL,
  code_salt    BYTEA,
  code_mac     BYTEA,
  state        BYTEA  NOT NULL,
  expires_at   BIGINT NOT NULL,
  sent_at      BIGINT NOT NULL,
  hour_since   BIGINT NOT NULL,
  sent_in_hour BIGINT NOT NULL,
  day_since    BIGINT NOT NULL,
  wrong_in_day BIGINT NOT NULL,
  version      BIGINT NOT NULL,
  PRIMARY KEY (user_id, purpose)
);
INSERT INTO mail_codes VALUES(101,'sign_in',X'10101010101010101010101010101010',X'1111111111111111111111111111111111111111111111111111111111111111',X'1212121212121212121212121212121212121212121212121212121212121212',1767600600000000,1767600000000000,1767600000000000,1,1767600000000000,2,1);
CREATE INDEX tokens_by_owner ON tokens (owner);
CREATE INDEX members_by_user ON members (user_id);
CREATE INDEX tickets_by_expiry ON tickets (expires_at);
CREATE INDEX audit_by_time ON audit (at_time, node, seq);
CREATE INDEX audit_by_user ON audit (user_name, at_time, node, seq) WHERE user_name IS NOT NULL;
CREATE INDEX audit_by_serial ON audit (serial, at_time, node, seq) WHERE serial IS NOT NULL;
CREATE INDEX sessions_by_subject ON sessions (kind, subject);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX mails_by_due ON mails (state, next_try_at, id);
CREATE INDEX mails_by_age ON mails (created_at, id);
CREATE INDEX tokens_by_sync ON tokens (sync, serial);
COMMIT;
