// KafkaJS against a broker: node kafkajs_cases.js HOST:PORT [CASE…]. A line of JSON a case.
"use strict";
const assert = require("assert");
const { AssignerProtocol, CompressionTypes, Kafka, logLevel } = require("kafkajs");

const [server, ...wanted] = process.argv.slice(2);
const kafka = new Kafka({ clientId: "cases", brokers: [server], logLevel: logLevel.NOTHING });
const mark = Math.random().toString(36).slice(2, 8);
const admin = kafka.admin();

async function until(condition, what, seconds = 40) {
  const end = Date.now() + seconds * 1000;
  while (!(await condition())) {
    assert(Date.now() < end, `${what} did not come true within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function topicOf(name, numPartitions = 3) {
  const topic = `js-${name}-${mark}`;
  await admin.createTopics({ topics: [{ topic, numPartitions }] });
  return topic;
}

async function produce(topic, values, options = {}, settings = {}) {
  const producer = kafka.producer(settings);
  await producer.connect();
  try {
    return await producer.send({ topic, messages: values.map((value) => ({ key: value, value })), ...options });
  } finally {
    await producer.disconnect();
  }
}

const range = (count, name = "v") => Array.from({ length: count }, (_, i) => `${name}${i}`);

/** A member of a group that notes what it reads and how often it joined. */
async function member(topic, groupId, settings = {}, from = true) {
  const consumer = kafka.consumer({ groupId, sessionTimeout: 6000, heartbeatInterval: 300, rebalanceTimeout: 10000, ...settings });
  const self = { consumer, values: [], messages: [], joins: 0, assigned: {} };
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    self.joins += 1;
    self.assigned = payload.memberAssignment;
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: from });
  await consumer.run({
    eachMessage: async ({ message, partition }) => {
      self.values.push(String(message.value));
      self.messages.push({ ...message, partition });
    },
  });
  self.stop = () => consumer.disconnect();
  return self;
}

async function readAll(topic, count, settings = {}) {
  const reader = await member(topic, `${topic}-read-${Math.random()}`, settings);
  await until(() => reader.values.length >= count, `${count} messages of ${topic}`);
  await reader.stop();
  return reader;
}

const cases = {
  async produce_and_consume() {
    const topic = await topicOf("plain");
    const told = await produce(topic, range(200));
    assert(told.every((each) => each.errorCode === 0));
    assert.deepStrictEqual((await readAll(topic, 200)).values.sort(), range(200).sort());
  },
  async gzip() {
    const topic = await topicOf("gzip");
    await produce(topic, range(200), { compression: CompressionTypes.GZIP });
    assert.strictEqual((await readAll(topic, 200)).values.length, 200);
  },
  async each_acks() {
    for (const acks of [0, 1, -1]) {
      const topic = await topicOf(`acks${acks}`);
      await produce(topic, range(50), { acks });
      assert.strictEqual((await readAll(topic, 50)).values.length, 50);
    }
  },
  async idempotent() {
    const topic = await topicOf("idempotent", 1);
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    for (const value of range(50)) await producer.send({ topic, acks: -1, messages: [{ value }] });
    await producer.disconnect();
    assert.deepStrictEqual((await readAll(topic, 50)).values, range(50));
  },
  async headers_and_tombstones() {
    const topic = await topicOf("headers", 1);
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic, messages: [{ key: "k", value: "v", headers: { a: "1" } }, { key: "k", value: null }] });
    await producer.disconnect();
    const { messages } = await readAll(topic, 2);
    assert.strictEqual(String(messages[0].headers.a), "1");
    assert.strictEqual(messages[1].value, null);
  },
  async from_the_end() {
    const topic = await topicOf("end", 1);
    await produce(topic, range(20, "old"));
    const reader = await member(topic, `${topic}-g`, {}, false);
    await until(() => reader.joins > 0, "the join");
    await until(async () => {
      await produce(topic, ["new"]);
      return reader.values.length > 0;
    }, "a new message");
    await reader.stop();
    assert(reader.values.every((value) => value === "new"), reader.values.join());
  },
  async by_timestamp() {
    const topic = await topicOf("times", 1);
    const producer = kafka.producer();
    await producer.connect();
    const now = Date.now();
    await producer.send({ topic, messages: range(10).map((value, i) => ({ value, timestamp: String(now - 10000 + i * 1000) })) });
    await producer.disconnect();
    const at = async (time) => (await admin.fetchTopicOffsetsByTimestamp(topic, time))[0].offset;
    assert.strictEqual(await at(now - 10000), "0");
    assert.strictEqual(await at(now - 6500), "4");
    assert.strictEqual(await at(now + 1000), "10"); // past the end: the end
  },
  async commits_and_resumes() {
    const topic = await topicOf("resume", 2);
    await produce(topic, range(40));
    const first = await member(topic, `${topic}-g`);
    await until(() => first.values.length === 40, "the first 40");
    await first.stop();
    await produce(topic, range(10, "more"));
    const second = await member(topic, `${topic}-g`);
    await until(() => second.values.length >= 10, "the next 10");
    await second.stop();
    assert.deepStrictEqual(second.values.sort(), range(10, "more").sort());
  },
  async group_rebalances() {
    const topic = await topicOf("rebalance", 6);
    const group = `${topic}-g`;
    const members = [await member(topic, group)];
    const sent = [];
    const send = async (name) => {
      sent.push(...range(60, name));
      await produce(topic, range(60, name));
      await until(() => new Set(members.flatMap((each) => each.values)).size === sent.length, `all of ${name}`);
    };
    const shared = (count) => until(() => members.filter((each) => (each.assigned[topic] || []).length === 6 / count).length >= count,
      `${count} members with ${6 / count} partitions each`);
    await send("one");
    members.push(await member(topic, group), await member(topic, group));
    await shared(3);
    await send("three");
    const left = members[0];
    await left.stop();
    left.assigned = {};
    await shared(2);
    await send("two");
    const { groups } = await admin.describeGroups([group]);
    assert.strictEqual(groups[0].members.length, 2);
    assert(AssignerProtocol.MemberAssignment.decode(groups[0].members[0].memberAssignment).assignment[topic].length === 3);
    await Promise.all(members.slice(1).map((each) => each.stop()));
  },
  async admin_calls() {
    const topic = await topicOf("admin", 2);
    assert((await admin.listTopics()).includes(topic));
    await admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] });
    await until(async () => (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0].partitions.length === 4, "four partitions");
    await produce(topic, range(30));
    const ends = await admin.fetchTopicOffsets(topic);
    assert.strictEqual(ends.reduce((sum, each) => sum + Number(each.high), 0), 30);
    const resource = { type: 2, name: topic };
    await admin.alterConfigs({ resources: [{ ...resource, configEntries: [{ name: "retention.ms", value: "12345678" }] }] });
    const config = await admin.describeConfigs({ resources: [{ ...resource, configNames: ["retention.ms"] }] });
    assert.strictEqual(config.resources[0].configEntries[0].configValue, "12345678");
    const groupId = `${topic}-g`;
    await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: "3" }] });
    assert.strictEqual((await admin.fetchOffsets({ groupId, topics: [topic] }))[0].partitions.find((p) => p.partition === 0).offset, "3");
    assert((await admin.listGroups()).groups.some((each) => each.groupId === groupId));
    await admin.resetOffsets({ groupId, topic, earliest: true });
    await admin.deleteGroups([groupId]);
    assert(!(await admin.listGroups()).groups.some((each) => each.groupId === groupId));
    const { offset, high } = (await admin.fetchTopicOffsets(topic)).find((each) => Number(each.high) > 1);
    assert.strictEqual(offset, high);
    const partition = ends.find((each) => Number(each.high) > 1).partition;
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: "1" }] });
    assert.strictEqual((await admin.fetchTopicOffsets(topic)).find((each) => each.partition === partition).low, "1");
    assert.strictEqual((await admin.describeCluster()).brokers.length, 1);
    await admin.deleteTopics({ topics: [topic] });
    assert(!(await admin.listTopics()).includes(topic));
  },
};

(async () => {
  await admin.connect();
  for (const [name, run] of Object.entries(cases)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const begun = Date.now();
    let result = "pass";
    let reason = "";
    try {
      await run();
    } catch (error) {
      result = "fail";
      reason = String(error.stack || error).slice(0, 600);
    }
    console.log(JSON.stringify({ name, result, seconds: (Date.now() - begun) / 1000, reason }));
  }
  process.exit(0);
})();
