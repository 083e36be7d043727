import * as v from "valibot";

type ObjectSchema = v.GenericSchema<object, object>;

/**
 * A body of two possible shapes, told apart by the presence of a field. Its issues are those of the shape that
 * was sent, where a plain union would report both; in the OpenAPI document it is a plain union.
 */
export function eitherBody<With extends ObjectSchema, Without extends ObjectSchema>(
  field: string,
  ifPresent: With,
  otherwise: Without,
): v.UnionSchema<[Without, With], undefined> {
  return {
    ...v.union([otherwise, ifPresent]),
    "~run"(dataset, config) {
      const { value } = dataset;
      const isPresent = typeof value === "object" && value !== null && field in value;
      return (isPresent ? ifPresent : otherwise)["~run"](dataset, config);
    },
  };
}
