/** The version of Mesos whose interfaces this master has, in the form in which its endpoints tell it. */
export const VERSION = {
  build_date: '2020-11-17 00:00:00',
  build_time: 1605571200,
  build_user: 'troupe',
  version: '1.11.0',
} as const
