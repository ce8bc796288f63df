/** The version of Spark whose API, events and REST forms ours are. */
export const SPARK_FORM_VERSION = '4.3.0'
