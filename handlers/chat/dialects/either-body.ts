import * as v from "valibot";

type ObjectSchema = v.GenericSchema<object, object>;

/**
 * Two shapes of a body, told apart by a field. Unlike a plain union it tells what is wrong with the one
 * that was meant; to whoever describes it, it is that union.
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
