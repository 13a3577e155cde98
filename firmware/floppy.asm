; A floppy's boot sector and, behind it, the ROM's code with the payload (images/floppy.bin): the way in under another
; firmware. Loads the sectors to ROM_SEGMENT one by one and jumps to their start.

        cpu     686
        bits    16
        org     0x7C00

%include "layout.inc"

SECTOR            equ 512
SECTORS_PER_TRACK equ 18        ; 1.44 MB, two heads
LOADED_SECTORS    equ (image_end - image + SECTOR - 1) / SECTOR

        jmp     0:boot                          ; some firmware comes in at 07C0:0000
boot:   cli
        xor     ax, ax
        mov     ds, ax
        mov     ss, ax
        mov     sp, STACK_TOP
        sti
        cld
        mov     [drive], dl
        mov     ax, ROM_SEGMENT
        mov     es, ax
        mov     si, 1                           ; linear sector
.next:  mov     di, 3                           ; tries: a drive may be spinning up
.try:   mov     ax, si
        mov     bl, SECTORS_PER_TRACK
        div     bl                              ; al = track and head, ah = sector from 0
        mov     cl, ah
        inc     cl
        mov     ch, al
        shr     ch, 1
        mov     dh, al
        and     dh, 1
        mov     dl, [drive]
        xor     bx, bx
        mov     ax, 0x0201                      ; read one sector to ES:BX
        int     0x13
        jnc     .read
        xor     ah, ah                          ; reset the drive
        int     0x13
        dec     di
        jnz     .try
        mov     si, message
.print: lodsb
        test    al, al
        jz      .stop
        mov     ah, 0x0E
        int     0x10
        out     PORT_DEBUG, al
        jmp     .print
.stop:  mov     al, SIGNAL_GAVE_UP
        out     PORT_SIGNAL, al
        hlt
        jmp     .stop
.read:  mov     ax, es
        add     ax, SECTOR >> 4
        mov     es, ax
        inc     si
        cmp     si, LOADED_SECTORS
        jbe     .next
        jmp     ROM_SEGMENT:0

drive:   db 0
message: db 'earlyboot: the floppy cannot be read', 13, 10, 0

        times   SECTOR - 2 - ($ - $$) db 0
        dw      0xAA55
image:
        incbin  "loadable.bin"
image_end:
        align   SECTOR, db 0
