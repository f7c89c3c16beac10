package al.example.ditari;

import java.util.ArrayList;
import java.util.List;

/** One page of the diary. */
public class Note {
    public String title;
    public String body;
    public boolean likeFont;
    public int pointSize = 12;
    public final List<String> tags = new ArrayList<>();
    public final List<String> pointsOfInterest = new ArrayList<>();
}
