// An event file read by other means than it was written: records framed as TensorFlow frames them, checksums computed bit
// by bit, and messages decoded by protobufjs from a schema. The schema holds what TensorBoard 2 reads of its *.proto.

import protobuf from "protobufjs";

const schema = `
  syntax = "proto3";
  message Event {
    double wall_time = 1;
    int64 step = 2;
    oneof what { string file_version = 3; bytes graph_def = 4; Summary summary = 5; }
  }
  message Summary {
    message Image { int32 height = 1; int32 width = 2; int32 colorspace = 3; bytes encoded_image_string = 4; }
    message Value {
      string tag = 1;
      SummaryMetadata metadata = 9;
      oneof value { float simple_value = 2; Image image = 4; HistogramProto histo = 5; TensorProto tensor = 8; }
    }
    repeated Value value = 1;
  }
  message SummaryMetadata {
    message PluginData { string plugin_name = 1; bytes content = 2; }
    PluginData plugin_data = 1;
  }
  message HistogramProto {
    double min = 1; double max = 2; double num = 3; double sum = 4; double sum_squares = 5;
    repeated double bucket_limit = 6 [packed = true];
    repeated double bucket = 7 [packed = true];
  }
  message TensorShapeProto { message Dim { int64 size = 1; string name = 2; } repeated Dim dim = 2; }
  message TensorProto { int32 dtype = 1; TensorShapeProto tensor_shape = 2; repeated bytes string_val = 8; }
  message AttrValue {
    message ListValue { repeated TensorShapeProto shape = 7; }
    oneof value { ListValue list = 1; int32 type = 6; }
  }
  message NodeDef { string name = 1; string op = 2; repeated string input = 3; map<string, AttrValue> attr = 5; }
  message VersionDef { int32 producer = 1; }
  message GraphDef { repeated NodeDef node = 1; VersionDef versions = 4; }
  message Value { oneof kind { double number_value = 2; string string_value = 3; bool bool_value = 4; } }
  message HParamInfo { string name = 1; int32 type = 4; }
  message MetricName { string group = 1; string tag = 2; }
  message MetricInfo { MetricName name = 1; }
  message Experiment {
    double time_created_secs = 3;
    repeated HParamInfo hparam_infos = 4;
    repeated MetricInfo metric_infos = 5;
  }
  message SessionStartInfo { map<string, Value> hparams = 1; double start_time_secs = 5; }
  message SessionEndInfo { int32 status = 1; double end_time_secs = 2; }
  message HParamsPluginData {
    int32 version = 1;
    oneof data { Experiment experiment = 2; SessionStartInfo session_start_info = 3; SessionEndInfo session_end_info = 4; }
  }
`;
const { root } = protobuf.parse(schema, { keepCase: true });

/** A message as a plain object; fields that are absent or have their default are left out. */
// biome-ignore lint/suspicious/noExplicitAny: the schema is known at run time only
export function decodeMessage(type: string, bytes: Uint8Array): any {
  const reader = root.lookupType(type);
  return reader.toObject(reader.decode(bytes), { longs: Number, bytes: Uint8Array as never });
}

/** The events of a file; fails where a length or a checksum is wrong, or bytes are left over. */
export function readEvents(file: Uint8Array) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const events = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    checkSum(file.subarray(at, at + 8), view.getUint32(at + 8, true));
    checkSum(file.subarray(at + 12, at + 12 + length), view.getUint32(at + 12 + length, true));
    events.push(decodeMessage("Event", file.subarray(at + 12, at + 12 + length)));
    at += length + 16;
  }
  return events;
}

function checkSum(bytes: Uint8Array, expected: number): void {
  // Shifts in the polynomial of Castagnoli one bit at a time.
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  const unmasked = (expected - 0xa282ead8) >>> 0;
  const stored = ((unmasked >>> 17) | (unmasked << 15)) >>> 0;
  if (stored !== ~crc >>> 0) throw new Error(`the checksum is ${stored}, the data have ${~crc >>> 0}`);
}
