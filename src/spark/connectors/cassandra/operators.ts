/** What tasks need of the connector, each part registered under the kind it travels by. */
import './keyed-operators.ts'
import './row-operators.ts'
import './table-rdd.ts'
import './write.ts'
