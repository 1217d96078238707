# Answers with frames that describe no possible value.
# outcome: wrong_answer|no_answer|error
# judged: call
# control: none — there is no such channel
import os

trees = [
    '["i","zz"]', '["i","00"]', '["Q","1","0"]', '["T","date","2024-99-99"]', '["d",[[["l",[]],1]]]', '["S",[["l",[]]]]',
    '["r",1,2,0]', '["D","sNaN"]', '["f","nan"]', '["u","int",["o","x","y"]]', '["o","int","1"]', '["x"]', "[]", '["l"]', "1e999",
    "[" * 5000 + "]" * 5000, "12345678901234567890", '{"passed": true}', '["l",[' + "1," * 30000 + "1]]", "NaN", '"\\ud800"',
]  # fmt: skip


def answer(x):
    number = x if isinstance(x, int) else 0
    text = ",".join(trees[number::7])
    os.write(3, f'["call",0,["ok",["l",[{text}]]],null,0,0]\n["end"]\n'.encode())
    os._exit(0)
