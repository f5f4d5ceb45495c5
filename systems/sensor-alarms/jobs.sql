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
  SELECT id, ts, movimiento, humo, temperatura, temp_maxima
  FROM (SELECT * FROM ENTRY UNION ALL SELECT * FROM OK)
  WHERE id IS NOT NULL AND movimiento IS NOT NULL AND humo IS NOT NULL
    AND temperatura IS NOT NULL AND temp_maxima IS NOT NULL;

-- Which alarms are on after the message. Frames of rows, not LAG: to LAG, messages of one millisecond are one, and a sensor
-- may well send two.
CREATE VIEW states AS
  SELECT id, ts, movimiento, humo, temperatura, temp_maxima,
         CASE WHEN movimiento THEN 1 ELSE 0 END AS m,
         CASE WHEN SUM(CASE WHEN humo THEN 1 ELSE 0 END) OVER last_three = 3 THEN 1 ELSE 0 END AS h,
         CASE WHEN SUM(CASE WHEN temperatura >= temp_maxima THEN 1 ELSE 0 END) OVER last_three = 3 THEN 1 ELSE 0 END AS t
  FROM readings
  WINDOW last_three AS (PARTITION BY id ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW);

-- Of this message and the one before, how many found the alarm on: 1 is a change.
CREATE VIEW changes AS
  SELECT id, ts, movimiento, humo, temperatura, temp_maxima, m, h, t,
         SUM(m) OVER last_two AS m_of_two, SUM(h) OVER last_two AS h_of_two, SUM(t) OVER last_two AS t_of_two
  FROM states
  WINDOW last_two AS (PARTITION BY id ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);

CREATE VIEW transitions AS
  SELECT id, c.tipo, CASE WHEN c.is_on = 1 THEN 'raise' ELSE 'clear' END AS what, ts,
         movimiento, humo, temperatura, temp_maxima
  FROM (SELECT * FROM changes WHERE m_of_two = 1 OR h_of_two = 1 OR t_of_two = 1)
  CROSS JOIN UNNEST(ARRAY[ROW('movimiento', m, m_of_two), ROW('humo', h, h_of_two), ROW('temperatura', t, t_of_two)])
    AS c (tipo, is_on, of_two)
  WHERE c.of_two = 1;

-- ---------------------------------------------------------------- results

EXECUTE STATEMENT SET BEGIN

INSERT INTO ALARMS
  SELECT t.id, t.tipo, t.what, t.ts, c.name, c.surname, c.city, c.country, c.zone, c.geohash, c.emailaddress
  FROM transitions AS t LEFT JOIN CUSTOMERS FOR SYSTEM_TIME AS OF t.ts AS c ON t.id = c.id;

-- 25, not 25.0: whole numbers as the sensors write them.
INSERT INTO `COUNT`
  SELECT id, CAST(id AS STRING)
      || CASE WHEN movimiento THEN ',true' ELSE ',false' END || CASE WHEN humo THEN ',true,' ELSE ',false,' END
      || CASE WHEN temperatura = FLOOR(temperatura) AND ABS(temperatura) < 1E15 THEN CAST(CAST(temperatura AS BIGINT) AS STRING)
              ELSE CAST(temperatura AS STRING) END || ','
      || CASE WHEN temp_maxima = FLOOR(temp_maxima) AND ABS(temp_maxima) < 1E15 THEN CAST(CAST(temp_maxima AS BIGINT) AS STRING)
              ELSE CAST(temp_maxima AS STRING) END || ','
  FROM transitions WHERE what = 'raise';

INSERT INTO COUNT_MINUTE
  SELECT tipo, window_start, COUNT(*)
  FROM TABLE(TUMBLE(TABLE transitions, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
  WHERE what = 'raise' GROUP BY tipo, window_start, window_end;

END;
