/** What a line of the log is made of. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = Readonly<Record<string, Json>>
