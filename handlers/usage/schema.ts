import * as v from "valibot";
import { wholeNumber } from "../lib/paging.ts";

export const usageQuery = v.object({ days: wholeNumber({ usual: 7, maximum: 366 }) });
