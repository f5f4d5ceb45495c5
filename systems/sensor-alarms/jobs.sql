-- The alarm logic of 50,000 sensors. Portable: runs unchanged on Apache Flink with Apache Kafka, and in azud.
-- Sensors send CSV `id,movimiento,humo,temperatura,tempMaxima` to ENTRY, and to OK after a repair. An alarm is latched: it is
-- raised once (movement at the first active message, smoke and temperature at the third in a row) and cleared once, by the first
-- healthy message. The order of a sensor's messages over both topics is their event time, the records' timestamp.

SET 'table.local-time-zone' = 'UTC';
SET 'table.exec.source.idle-timeout' = '1 s';

-- ---------------------------------------------------------------- topics

-- One millisecond of delay: with `AS ts`, a message of the same millisecond as the one before it would be late.
CREATE TABLE ENTRY (
  id INT, movimiento BOOLEAN, humo BOOLEAN, temperatura DOUBLE, temp_maxima DOUBLE,
  ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  WATERMARK FOR ts AS ts - INTERVAL '0.001' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'ENTRY', 'properties.bootstrap.servers' = 'localhost:9092',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'csv', 'csv.ignore-parse-errors' = 'true'
);

CREATE TABLE OK (
  id INT, movimiento BOOLEAN, humo BOOLEAN, temperatura DOUBLE, temp_maxima DOUBLE,
  ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  WATERMARK FOR ts AS ts - INTERVAL '0.001' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'OK', 'properties.bootstrap.servers' = 'localhost:9092',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'csv', 'csv.ignore-parse-errors' = 'true'
);

-- A compacted topic; its records have more columns than the job needs.
CREATE TABLE CUSTOMERS (
  id INT, name STRING, surname STRING, city STRING, country STRING, zone STRING, geohash STRING, emailaddress STRING,
  ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  PRIMARY KEY (id) NOT ENFORCED,
  WATERMARK FOR ts AS ts
) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'CUSTOMERS', 'properties.bootstrap.servers' = 'localhost:9092',
  'key.format' = 'csv', 'value.format' = 'json'
);

-- Every raise and every clear, once, with the customer.
CREATE TABLE ALARMS (
  id INT, tipo STRING, what STRING, `at` TIMESTAMP_LTZ(3),
  name STRING, surname STRING, city STRING, country STRING, zone STRING, geohash STRING, emailaddress STRING
) WITH (
  'connector' = 'kafka', 'topic' = 'ALARMS', 'properties.bootstrap.servers' = 'localhost:9092',
  'key.format' = 'csv', 'key.fields' = 'id', 'value.format' = 'json'
);

-- The message that raised an alarm, with a trailing comma as in the original.
CREATE TABLE `COUNT` (id INT, line STRING) WITH (
  'connector' = 'kafka', 'topic' = 'COUNT', 'properties.bootstrap.servers' = 'localhost:9092',
  'key.format' = 'csv', 'key.fields' = 'id', 'value.format' = 'raw', 'value.fields-include' = 'EXCEPT_KEY'
);

-- Raises per type and minute of event time.
CREATE TABLE COUNT_MINUTE (tipo STRING, window_start TIMESTAMP(3), n BIGINT) WITH (
  'connector' = 'kafka', 'topic' = 'COUNT_MINUTE', 'properties.bootstrap.servers' = 'localhost:9092', 'format' = 'json'
);

-- ---------------------------------------------------------------- logic

-- A field that cannot be parsed is NULL; such a message counts for nothing.
CREATE VIEW readings AS
  SELECT id, ts, movimiento, humo, temperatura, temp_maxima, temperatura >= temp_maxima AS caliente
  FROM (SELECT * FROM ENTRY UNION ALL SELECT * FROM OK)
  WHERE id IS NOT NULL AND movimiento IS NOT NULL AND humo IS NOT NULL
    AND temperatura IS NOT NULL AND temp_maxima IS NOT NULL;

-- A sensor's message and what it said in the three before.
CREATE VIEW histories AS
  SELECT id, ts, movimiento, humo, temperatura, temp_maxima, caliente,
         LAG(movimiento, 1) OVER w AS m1,
         LAG(humo, 1) OVER w AS h1, LAG(humo, 2) OVER w AS h2, LAG(humo, 3) OVER w AS h3,
         LAG(caliente, 1) OVER w AS c1, LAG(caliente, 2) OVER w AS c2, LAG(caliente, 3) OVER w AS c3
  FROM readings WINDOW w AS (PARTITION BY id ORDER BY ts);

-- The three alarms after the message and before it. Nothing before the first message: no alarm.
CREATE VIEW latches AS
  SELECT id, ts, movimiento, humo, temperatura, temp_maxima,
         movimiento AS m_now, COALESCE(m1, FALSE) AS m_was,
         COALESCE(humo AND h1 AND h2, FALSE) AS h_now, COALESCE(h1 AND h2 AND h3, FALSE) AS h_was,
         COALESCE(caliente AND c1 AND c2, FALSE) AS c_now, COALESCE(c1 AND c2 AND c3, FALSE) AS c_was
  FROM histories;

CREATE VIEW transitions AS
  SELECT id, c.tipo, CASE WHEN c.now_on THEN 'raise' ELSE 'clear' END AS what, ts,
         movimiento, humo, temperatura, temp_maxima
  FROM (SELECT * FROM latches WHERE m_now <> m_was OR h_now <> h_was OR c_now <> c_was)
  CROSS JOIN UNNEST(ARRAY[ROW('movimiento', m_now, m_was), ROW('humo', h_now, h_was), ROW('temperatura', c_now, c_was)])
    AS c (tipo, now_on, was_on)
  WHERE c.now_on <> c.was_on;

-- ---------------------------------------------------------------- results

EXECUTE STATEMENT SET BEGIN

INSERT INTO ALARMS
  SELECT t.id, t.tipo, t.what, t.ts, c.name, c.surname, c.city, c.country, c.zone, c.geohash, c.emailaddress
  FROM transitions AS t LEFT JOIN CUSTOMERS FOR SYSTEM_TIME AS OF t.ts AS c ON t.id = c.id;

-- 25, not 25.0: whole numbers as the sensors write them.
INSERT INTO `COUNT`
  SELECT id, CAST(id AS STRING)
      || CASE WHEN movimiento THEN ',true' ELSE ',false' END || CASE WHEN humo THEN ',true,' ELSE ',false,' END
      || CASE WHEN temperatura = FLOOR(temperatura) THEN CAST(CAST(temperatura AS BIGINT) AS STRING)
              ELSE CAST(temperatura AS STRING) END || ','
      || CASE WHEN temp_maxima = FLOOR(temp_maxima) THEN CAST(CAST(temp_maxima AS BIGINT) AS STRING)
              ELSE CAST(temp_maxima AS STRING) END || ','
  FROM transitions WHERE what = 'raise';

INSERT INTO COUNT_MINUTE
  SELECT tipo, window_start, COUNT(*)
  FROM TABLE(TUMBLE(TABLE transitions, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
  WHERE what = 'raise' GROUP BY tipo, window_start, window_end;

END;
