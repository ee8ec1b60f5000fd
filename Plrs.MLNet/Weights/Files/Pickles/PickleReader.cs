using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Plrs.MLNet.Weights;

/// <summary>
/// Reads pickles of plain values: dictionaries, lists, tuples, numbers and texts. It is no interpreter of Python's: a name means what
/// <see cref="IPickleObjects"/> says, and any other is an error. What is read is taken from the allowance of memory first.
/// </summary>
/// <param name="source">The file.</param>
/// <param name="position">The place of the first pickle.</param>
/// <param name="objects">What names stand for.</param>
internal sealed class PickleReader(FileSource source, long position, IPickleObjects objects)
{
    /// <summary>The bytes that an instruction takes at the most, but for those of a text and of what a call makes.</summary>
    private const int InstructionCost = 128;
    private const int LongestInteger = 32;

    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];

    /// <summary>The place behind the pickle that was read.</summary>
    public long Position { get; private set; } = position;

    /// <summary>Reads a pickle, and goes behind it.</summary>
    /// <exception cref="FormatException">It is damaged, or holds what is no plain value.</exception>
    public object? Read()
    {
        _stack.Clear();
        _marks.Clear();
        _memo.Clear();
        while (true)
        {
            source.Allowance.Take(InstructionCost);
            var code = (PickleCode)ReadByte();
            if (code == PickleCode.Stop)
            {
                return Pop();
            }

            Execute(code);
        }
    }

    private void Execute(PickleCode code)
    {
        switch (code)
        {
            case PickleCode.Protocol:
                ReadByte();
                break;
            case PickleCode.Frame:
                ReadInt64();
                break;
            case PickleCode.None:
                Push(null);
                break;
            case PickleCode.True or PickleCode.False:
                Push(code == PickleCode.True);
                break;
            case PickleCode.UInt8:
                Push((long)ReadByte());
                break;
            case PickleCode.UInt16:
                Push((long)ReadUInt16());
                break;
            case PickleCode.Int32:
                Push((long)ReadInt32());
                break;
            case PickleCode.Long:
                PushLong();
                break;
            case PickleCode.BinaryFloat:
                Push(ReadDouble());
                break;
            case PickleCode.ShortBinaryUnicode or PickleCode.ShortBinaryString or PickleCode.ShortBinaryBytes:
                Push(ReadText(ReadByte()));
                break;
            case PickleCode.BinaryUnicode or PickleCode.BinaryString or PickleCode.BinaryBytes:
                Push(ReadText((uint)ReadInt32()));
                break;
            case PickleCode.BinaryUnicode8:
                Push(ReadText(ReadInt64()));
                break;
            case PickleCode.EmptyTuple:
                Push(new PickleTuple([]));
                break;
            case PickleCode.EmptyList:
                Push(new PickleList());
                break;
            case PickleCode.EmptyDictionary:
                Push(new PickleDictionary());
                break;
            case PickleCode.Mark:
                _marks.Add(_stack.Count);
                break;
            case PickleCode.Pop:
                Pop();
                break;
            case PickleCode.PopMark:
                PopToMark();
                break;
            case PickleCode.Duplicate:
                Push(Top());
                break;
            case PickleCode.Put:
                _memo[ReadByte()] = Top();
                break;
            case PickleCode.LongPut:
                _memo[(uint)ReadInt32()] = Top();
                break;
            case PickleCode.Memoize:
                _memo[_memo.Count] = Top();
                break;
            case PickleCode.Get:
                PushMemo(ReadByte());
                break;
            case PickleCode.LongGet:
                PushMemo((uint)ReadInt32());
                break;
            default:
                ExecuteOnStack(code);
                break;
        }
    }

    private void ExecuteOnStack(PickleCode code)
    {
        switch (code)
        {
            case PickleCode.Tuple1 or PickleCode.Tuple2 or PickleCode.Tuple3:
                Push(new PickleTuple(Pop(code - PickleCode.Tuple1 + 1)));
                break;
            case PickleCode.Tuple:
                Push(new PickleTuple(PopToMark()));
                break;
            case PickleCode.List:
                var list = new PickleList();
                list.Items.AddRange(PopToMark());
                Push(list);
                break;
            case PickleCode.Dictionary:
                var dictionary = new PickleDictionary();
                SetItems(dictionary, PopToMark());
                Push(dictionary);
                break;
            case PickleCode.Append:
                var item = Pop();
                Top<PickleList>().Items.Add(item);
                break;
            case PickleCode.Appends:
                var items = PopToMark();
                Top<PickleList>().Items.AddRange(items);
                break;
            case PickleCode.SetItem:
                var pair = Pop(2);
                SetItems(Top<PickleDictionary>(), pair);
                break;
            case PickleCode.SetItems:
                var pairs = PopToMark();
                SetItems(Top<PickleDictionary>(), pairs);
                break;
            case PickleCode.Global:
                var module = ReadLine();
                Push(objects.Global($"{module}.{ReadLine()}"));
                break;
            case PickleCode.StackGlobal:
                Push(Pop(2) is [string from, string name]
                    ? objects.Global($"{from}.{name}")
                    : throw Damaged("it has a global without a name"));
                break;
            case PickleCode.Reduce:
                var call = Pop(2);
                Push(objects.Reduce(
                    call[0],
                    call[1] is PickleTuple { Items: var arguments } ? arguments : throw Damaged("it has a call without arguments"),
                    source.Allowance));
                break;
            case PickleCode.PersistentId:
                Push(objects.Persistent(Pop()));
                break;
            case PickleCode.Build:
                // Attributes of an ordered dictionary, such as a state's _metadata: nothing here needs them.
                Pop();
                Top<PickleDictionary>();
                break;
            default:
                throw Damaged($"it has the instruction 0x{(byte)code:x2}, which tensors are not written with");
        }
    }

    private static FormatException Damaged(string what) => new($"its pickle cannot be read: {what}");

    private static void SetItems(PickleDictionary dictionary, object?[] items)
    {
        if (items.Length % 2 != 0)
        {
            throw Damaged("it has a key without a value");
        }

        for (var i = 0; i < items.Length; i += 2)
        {
            dictionary.Items.Add(new(items[i], items[i + 1]));
        }
    }

    private void Push(object? value) => _stack.Add(value);

    private void PushMemo(long number) =>
        Push(_memo.TryGetValue(number, out var value) ? value : throw Damaged($"it takes value {number}, which it has not put away"));

    private object? Pop()
    {
        var value = Top();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private object?[] Pop(int count)
    {
        CheckCount(count);
        return PopFrom(_stack.Count - count);
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
        {
            throw Damaged("a mark is missing");
        }

        var mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        return PopFrom(mark);
    }

    private object?[] PopFrom(int place)
    {
        var values = CollectionsMarshal.AsSpan(_stack)[place..].ToArray();
        _stack.RemoveRange(place, values.Length);
        return values;
    }

    private object? Top()
    {
        CheckCount(1);
        return _stack[^1];
    }

    private T Top<T>() => Top() is T value ? value : throw Damaged($"it fills a {typeof(T).Name} that is none");

    // Values before a mark are those of what is being made around it.
    private void CheckCount(int count)
    {
        if (_stack.Count - count < (_marks.Count > 0 ? _marks[^1] : 0))
        {
            throw Damaged("it takes more values than there are");
        }
    }

    private byte ReadByte() => ReadBytes(stackalloc byte[1])[0];

    private int ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(ReadBytes(stackalloc byte[2]));

    private int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(ReadBytes(stackalloc byte[4]));

    private long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(ReadBytes(stackalloc byte[8]));

    private double ReadDouble() => BinaryPrimitives.ReadDoubleBigEndian(ReadBytes(stackalloc byte[8]));

    // A long, or a BigInteger where it is none.
    private void PushLong()
    {
        var length = ReadByte();
        if (length > LongestInteger)
        {
            throw Damaged($"it has an integer of {length} bytes");
        }

        var number = new BigInteger(ReadBytes(stackalloc byte[length]));
        if (number >= long.MinValue && number <= long.MaxValue)
        {
            Push((long)number);
        }
        else
        {
            Push(number);
        }
    }

    private string ReadText(long length)
    {
        // Two bytes a character, and the file's own.
        source.Allowance.Take(2 * Math.Clamp(length, 0, source.Length));
        return Encoding.UTF8.GetString(source.ReadArray(Advance(length), length));
    }

    private string ReadLine()
    {
        var start = Position;
        while (ReadByte() != '\n')
        {
            FileSource.CheckName(Position - start);
        }

        return Encoding.UTF8.GetString(source.ReadArray(start, Position - 1 - start));
    }

    private Span<byte> ReadBytes(Span<byte> bytes)
    {
        source.Read(Advance(bytes.Length), bytes);
        return bytes;
    }

    private long Advance(long length)
    {
        var start = Position;
        Position = start + Math.Max(0, length);
        return start;
    }
}
