(module
  (memory (export "memory") 1 1)
  ;; The sums of `length` bytes from 0 on, a multiple of 16, after those in `seed`.
  (func (export "adler32") (param $length i32) (param $seed i32) (result i32)
    (local $at i32) (local $end i32) (local $begin i32) (local $low i32) (local $high i32)
    (local $bytes v128) (local $sums v128) (local $before v128) (local $weighted v128)
    (local.set $low (i32.and (local.get $seed) (i32.const 0xffff)))
    (local.set $high (i32.shr_u (local.get $seed) (i32.const 16)))
    (block $done
      (loop $runs
        (br_if $done (i32.ge_u (local.get $at) (local.get $length)))
        (local.set $begin (local.get $at))
        (local.set $end (i32.add (local.get $at) (i32.const 5552)))
        (if (i32.gt_u (local.get $end) (local.get $length)) (then (local.set $end (local.get $length))))
        (local.set $sums (v128.const i32x4 0 0 0 0))
        (local.set $before (v128.const i32x4 0 0 0 0))
        (local.set $weighted (v128.const i32x4 0 0 0 0))
        (loop $steps
          (local.set $bytes (v128.load (local.get $at)))
          (local.set $before (i32x4.add (local.get $before) (local.get $sums)))
          (local.set $sums (i32x4.add (local.get $sums)
            (i32x4.extadd_pairwise_i16x8_u (i16x8.extadd_pairwise_i8x16_u (local.get $bytes)))))
          (local.set $weighted (i32x4.add (local.get $weighted)
            (i32x4.add
              (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_u (local.get $bytes)) (v128.const i16x8 16 15 14 13 12 11 10 9))
              (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_u (local.get $bytes)) (v128.const i16x8 8 7 6 5 4 3 2 1)))))
          (br_if $steps (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $end))))
        (local.set $weighted (i32x4.add (local.get $weighted) (i32x4.shl (local.get $before) (i32.const 4))))
        (local.set $high (i32.rem_u
          (i32.add (i32.add (local.get $high) (i32.mul (i32.sub (local.get $end) (local.get $begin)) (local.get $low)))
            (i32.add (i32.add (i32x4.extract_lane 0 (local.get $weighted)) (i32x4.extract_lane 1 (local.get $weighted)))
                     (i32.add (i32x4.extract_lane 2 (local.get $weighted)) (i32x4.extract_lane 3 (local.get $weighted)))))
          (i32.const 65521)))
        (local.set $low (i32.rem_u
          (i32.add (local.get $low)
            (i32.add (i32.add (i32x4.extract_lane 0 (local.get $sums)) (i32x4.extract_lane 1 (local.get $sums)))
                     (i32.add (i32x4.extract_lane 2 (local.get $sums)) (i32x4.extract_lane 3 (local.get $sums)))))
          (i32.const 65521)))
        (br $runs)))
    (i32.or (i32.shl (local.get $high) (i32.const 16)) (local.get $low))))
